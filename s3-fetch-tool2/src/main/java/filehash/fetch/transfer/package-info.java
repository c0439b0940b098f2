/**
 * Lists the objects of a job and downloads each of them: {@link filehash.fetch.transfer.Listing} and
 * {@link filehash.fetch.transfer.Transfer}, both through {@link filehash.fetch.transfer.Retry}, the only layer that
 * repeats a request. It knows nothing of files/.
 */
package filehash.fetch.transfer;
