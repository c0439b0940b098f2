/**
 * A small HTTP/1.1 client that sends GETs and knows nothing of S3. A general client takes more CPU for a small object
 * than all the rest of its way into the table.
 */
package filehash.fetch.http;
