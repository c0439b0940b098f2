package filehash.hash.mysql;

/**
 * How the server's tables differ from the documented ones, in a way that they may.
 *
 * @param charset of FileHash.FileName
 * @param dated whether FileHashBatch has the column Date, which earlier versions did not make
 * @param sourced the same of FileHashJob and Source
 */
record Schema(String charset, boolean dated, boolean sourced) {
}
