/**
 * Posts the summary of each request that ends to a URL, at least once. The transaction that ends the request writes a
 * mark into etcd; a pod that has time posts the summary, and removes the mark.
 */
package filehash.init.webhook;
