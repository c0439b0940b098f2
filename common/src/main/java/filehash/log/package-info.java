/**
 * The log: the backend of SLF4J. It exists because slf4j-simple, which wrote the plain lines before, has neither JSON
 * nor fields, and the smallest other backends are twenty times as large and read their own configuration.
 */
package filehash.log;
