package filehash.init.etcd;

import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One transaction on etcd: comparisons, and writes that happen if all of them hold. Several can be sent as one, of
 * which at most one is applied, so that pods that advance the same counter need fewer attempts. Used once, by one
 * thread.
 */
public final class Txn {
    private final Etcd etcd;
    private final String what;
    private final List<Cmp> comparisons = new ArrayList<>();
    private final List<Op> writes = new ArrayList<>();
    private long revision;

    public Txn(Etcd etcd, String what) {
        this.etcd = etcd;
        this.what = what;
    }

    public Txn ifAbsent(String key) {
        return ifCreated(key, 0);
    }

    public Txn ifPresent(String key) {
        comparisons.add(new Cmp(Etcd.bytes(key), Cmp.Op.GREATER, CmpTarget.createRevision(0)));
        return this;
    }

    /** The key was not written since the snapshot; an absent key is still absent. */
    public Txn ifUnchanged(String key, Snapshot read) {
        return ifModified(key, read.modified(key));
    }

    /** The same by the revision that last wrote the key; 0 if it was absent. */
    public Txn ifModified(String key, long revision) {
        return compare(key, CmpTarget.modRevision(revision));
    }

    /** The key was created at that revision, and not deleted since. */
    public Txn ifCreated(String key, long revision) {
        return compare(key, CmpTarget.createRevision(revision));
    }

    /** Only for values that the program wrote: a user's may have blanks around it. */
    public Txn ifValue(String key, Object value) {
        return compare(key, CmpTarget.value(Etcd.bytes(value.toString())));
    }

    public Txn put(String key, Object value) {
        writes.add(Op.put(Etcd.bytes(key), Etcd.bytes(value.toString()), PutOption.DEFAULT));
        return this;
    }

    /** The key vanishes when the lease ends. */
    public Txn bind(String key, String value, long lease) {
        writes.add(Op.put(Etcd.bytes(key), Etcd.bytes(value), PutOption.builder().withLeaseId(lease).build()));
        return this;
    }

    public Txn delete(String key) {
        writes.add(Op.delete(Etcd.bytes(key), DeleteOption.DEFAULT));
        return this;
    }

    public Txn deleteFolder(String folder) {
        writes.add(Op.delete(Etcd.bytes(folder),
                DeleteOption.builder().withRange(Etcd.bytes(Range.end(folder))).build()));
        return this;
    }

    public boolean writesNothing() {
        return writes.isEmpty();
    }

    /** @return whether the comparisons held and all was written; otherwise nothing was */
    public boolean commit() throws IOException, InterruptedException {
        return commitFirst(List.of(this)).index == 0;
    }

    /**
     * The outcome of several alternatives.
     *
     * @param index the one that was applied; -1 for none
     * @param otherwise what was read instead, if none was
     */
    public record Result(int index, Snapshot otherwise) {
    }

    /** Applies the first whose comparisons all hold, or else reads. */
    public static Result commitFirst(List<Txn> alternatives, Range... otherwise)
            throws IOException, InterruptedException {
        Op[] rest = Stream.of(otherwise).map(Range::op).toArray(Op[]::new);
        for (int i = alternatives.size() - 1; i > 0; i--) {
            Txn txn = alternatives.get(i);
            rest = new Op[] {Op.txn(txn.comparisons.toArray(Cmp[]::new), txn.writes.toArray(Op[]::new), rest)};
        }
        Txn first = alternatives.get(0);
        Op[] others = rest;
        TxnResponse answer = first.etcd.await(first.what, () -> first.etcd.kv().txn()
                .If(first.comparisons.toArray(Cmp[]::new)).Then(first.writes.toArray(Op[]::new)).Else(others)
                .commit());
        long revision = answer.getHeader().getRevision();
        int index = 0;
        while (!answer.isSucceeded() && index < alternatives.size() - 1) {
            answer = answer.getTxnResponses().get(0);
            index++;
        }
        if (answer.isSucceeded()) {
            alternatives.get(index).revision = revision;
            return new Result(index, null);
        }
        return new Result(-1, Snapshot.of(revision, answer));
    }

    /**
     * Sends several in one call; each is applied if its own comparisons hold. Their keys must differ, and etcd takes at
     * most 128 of them.
     *
     * @return which were applied
     */
    public static List<Boolean> commitEach(List<Txn> all) throws IOException, InterruptedException {
        Txn first = all.get(0);
        Op[] each = all.stream().map(txn -> Op.txn(txn.comparisons.toArray(Cmp[]::new),
                txn.writes.toArray(Op[]::new), new Op[0])).toArray(Op[]::new);
        return first.etcd.await(first.what, () -> first.etcd.kv().txn().Then(each).commit()).getTxnResponses().stream()
                .map(TxnResponse::isSucceeded).toList();
    }

    /** The revision at which it was applied. */
    public long revision() {
        return revision;
    }

    private Txn compare(String key, CmpTarget<?> target) {
        comparisons.add(new Cmp(Etcd.bytes(key), Cmp.Op.EQUAL, target));
        return this;
    }
}
