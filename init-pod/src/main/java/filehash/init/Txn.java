package filehash.init;

import io.etcd.jetcd.KV;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One transaction on etcd: comparisons, and writes that happen if all of them hold. One thread's. */
final class Txn {
    private final Etcd etcd;
    private final KV kv;
    private final String what;
    private final List<Cmp> comparisons = new ArrayList<>();
    private final List<Op> writes = new ArrayList<>();

    Txn(Etcd etcd, KV kv, String what) {
        this.etcd = etcd;
        this.kv = kv;
        this.what = what;
    }

    Txn ifAbsent(String key) {
        return compare(key, CmpTarget.createRevision(0));
    }

    /** Nobody has written the key since that revision; 0 for a key that was absent. */
    Txn ifUnchanged(String key, long modified) {
        return compare(key, CmpTarget.modRevision(modified));
    }

    /** Only for what the program itself wrote: a user's value may have blanks around it. */
    Txn ifValue(String key, Object value) {
        return compare(key, CmpTarget.value(Etcd.bytes(value.toString())));
    }

    Txn put(String key, Object value) {
        writes.add(Op.put(Etcd.bytes(key), Etcd.bytes(value.toString()), PutOption.DEFAULT));
        return this;
    }

    Txn put(String key, String value, long lease) {
        writes.add(Op.put(Etcd.bytes(key), Etcd.bytes(value), PutOption.builder().withLeaseId(lease).build()));
        return this;
    }

    Txn delete(String key) {
        writes.add(Op.delete(Etcd.bytes(key), DeleteOption.DEFAULT));
        return this;
    }

    Txn deleteFolder(String key) {
        writes.add(Op.delete(Etcd.bytes(key), DeleteOption.builder().isPrefix(true).build()));
        return this;
    }

    /** @return whether the comparisons held and all is written, else nothing is */
    boolean commit() throws IOException, InterruptedException {
        return etcd.await(what, kv.txn().If(comparisons.toArray(new Cmp[0])).Then(writes.toArray(new Op[0])).commit())
                .isSucceeded();
    }

    private Txn compare(String key, CmpTarget<?> target) {
        comparisons.add(new Cmp(Etcd.bytes(key), Cmp.Op.EQUAL, target));
        return this;
    }
}
