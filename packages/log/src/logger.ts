/** What the log asks of a logger; a pino logger has it. */
type Write = (fields: object, message: string) => void;
export type LogLogger = { readonly debug: Write; readonly info: Write; readonly warn: Write; readonly error: Write };
