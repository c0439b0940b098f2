/**
 * MySQL, which no other package knows: nothing outside imports JDBC or the driver.
 *
 * <p>{@link filehash.hash.mysql.Rows} holds the transactions of an attempt. {@link filehash.hash.mysql.Database} holds
 * the session, and is the only class that retries. {@link filehash.hash.mysql.SchemaSetup} creates and checks the
 * tables, which {@link filehash.hash.mysql.Table} and {@link filehash.hash.mysql.View} document.
 */
package filehash.hash.mysql;
