/** The documents of this repository, for tests that compare them with the code. */
package filehash.documents;
