/**
 * Posts the summary of each request that ends to a URL, at least once. The transaction that ends the request writes a
 * mark into etcd; whichever pod has time posts, and removes the mark.
 */
package filehash.init.webhook;
