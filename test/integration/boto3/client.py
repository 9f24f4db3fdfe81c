"""Works in the local cloud with boto3 alone, and prints what it sees as one line of JSON.

Endpoint, credentials and Region come from the SDK's own variables; DOMAIN_ID, TABLE_NAME,
STATE_MACHINE_ARN and SECONDARY_REGION name what to work with.
"""

import json
import os
import time

import boto3

domain = os.environ["DOMAIN_ID"]
datazone = boto3.client("datazone")
states = boto3.client("stepfunctions")

project = datazone.create_project(domainIdentifier=domain, name="From Python")["id"]
glossary = datazone.create_glossary(
    domainIdentifier=domain, owningProjectIdentifier=project, name="Terms of Python", status="ENABLED"
)["id"]
term = datazone.create_glossary_term(
    domainIdentifier=domain,
    glossaryIdentifier=glossary,
    name="Schlüssel",
    shortDescription="What opens a row",
    status="ENABLED",
)["id"]
datazone.create_form_type(
    domainIdentifier=domain,
    owningProjectIdentifier=project,
    name="Ownership",
    model={"smithy": "structure Ownership {\n  owner: String\n}\n"},
    status="ENABLED",
)
form = datazone.get_form_type(domainIdentifier=domain, formTypeIdentifier="Ownership")
datazone.create_asset_type(
    domainIdentifier=domain,
    owningProjectIdentifier=project,
    name="OwnedTable",
    formsInput={"Ownership": {"typeIdentifier": "Ownership", "typeRevision": form["revision"]}},
)
asset = datazone.create_asset(
    domainIdentifier=domain,
    owningProjectIdentifier=project,
    name="orders",
    typeIdentifier="OwnedTable",
    externalIdentifier="warehouse/orders",
    glossaryTerms=[term],
    formsInput=[
        {
            "formName": "Ownership",
            "typeIdentifier": "Ownership",
            "typeRevision": form["revision"],
            "content": json.dumps({"owner": "python"}),
        }
    ],
)["id"]

execution = states.start_execution(stateMachineArn=os.environ["STATE_MACHINE_ARN"])["executionArn"]
while (described := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
    time.sleep(0.05)
steps = sum(
    len(page["events"])
    for page in states.get_paginator("get_execution_history").paginate(executionArn=execution)
)

table = boto3.resource("dynamodb", region_name=os.environ["SECONDARY_REGION"]).Table(os.environ["TABLE_NAME"])
head_key = {"pk": f"{domain}/asset@{project}", "sk": asset}
while (head := table.get_item(Key=head_key).get("Item")) is None:
    time.sleep(0.05)
version_key = {"pk": f"{domain}/asset/{asset}", "sk": head["version"]}
while (version := table.get_item(Key=version_key).get("Item")) is None:
    time.sleep(0.05)

print(
    json.dumps(
        {
            "account": boto3.client("sts").get_caller_identity()["Account"],
            "project": project,
            "term": term,
            "asset": asset,
            "status": described["status"],
            "snapshot": json.loads(described["output"])["status"],
            "steps": steps,
            "head": {name: str(value) for name, value in head.items()},
            "version": {name: str(version[name]) for name in ("sk", "hash", "state", "scope", "source")},
            "payloadBytes": len(version["payload"].value),
        }
    )
)
