/** dynalite publishes no types; these are the parts that the embedded backend calls. */
declare module 'dynalite/db' {
  interface Store {
    readonly db: { close(callback: (error?: Error) => void): void };
  }
  export function create(options: {
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }): Store;
}

declare module 'dynalite/validations' {
  export function checkTypes(data: unknown, types: unknown): unknown;
  export function checkValidations(data: unknown, types: unknown, custom: unknown, store: unknown): void;
}
