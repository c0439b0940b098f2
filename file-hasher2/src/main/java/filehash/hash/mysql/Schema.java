package filehash.hash.mysql;

/**
 * The permitted differences of the server's tables from the documented ones.
 *
 * @param charset the character set of FileHash.FileName
 * @param dated whether FileHashBatch has the column Date, which earlier versions did not create
 * @param sourced whether FileHashJob has the column Source, which earlier versions did not create
 */
record Schema(String charset, boolean dated, boolean sourced) {
}
