/**
 * etcd as init-pod uses it: reads, transactions, the lease, and watches, over a connection that moves to the next
 * member where one fails. Types of jetcd stay in this package. Nothing here knows a key of the program.
 */
package filehash.init.etcd;
