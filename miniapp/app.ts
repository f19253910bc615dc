/** The session begins with the first page; there is nothing to do before. */
App({});
