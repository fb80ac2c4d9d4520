/** The names that users give: 1 to 63 characters. Apart from the schema, which takes its time to load. */
export const NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
