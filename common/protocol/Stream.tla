------------------------------- MODULE Stream -------------------------------
\* How large objects cross the shared directory: as segments, which the hasher digests and removes as they come, until an
\* entry `.end` closes the stream. Either program dies at any step, the node reboots, and an object has to be fetched again
\* after any segment, because it has changed or because its checksum differs at the end. The disk fills once.
\*
\* FileHash.tla is about entries, of which `.end` is one: their order, the watermark, and the fence. So here a row and the
\* watermark are one step, and there is one attempt after the other.
EXTENDS Naturals, Sequences, FiniteSets, TLC
CONSTANTS Last, Size, Room, MostDeaths, MostAgain, \* objects; segments of each; segments of a stream that may wait
    EndOnly,   \* a row is stored only after `.end` says that the object is whole and checked
    Numbered,  \* the name of a segment says to which beginning of its object it belongs
    FromFirst, \* a hasher that has no digest of a stream begins one only with the first segment, or else gives up
    Reserved,  \* each object that was begun has room of its own
    AnyStream, \* the hasher digests the segments of each stream, not only those of the next object
    FinLate,   \* s3fin comes after the last `.end`
    InPlace,   \* on a full disk a stream waits, and is not begun again
    GivenAway  \* a segment overwrites only a file that the hasher has given away
VARIABLES
    segs, ends, fin, \* what lies in the shared directory
    begun,           \* the fetcher, by object: the number of its stream, 0 without one
    sent,            \* and how many of its segments are published
    from, upto,      \* the objects after which this fetcher began, and up to which it has published; None if it has not begun
    digest,          \* the hasher, by object: the segments that its digest holds
    rows,            \* by object, in order: the digest that was stored
    checked,         \* the streams that were whole, and whose checksum was right
    streams, done, deaths, again,
    disk             \* it is full once: "never", "now" or "before"
dir == <<segs, ends, fin>>
fetcher == <<begun, sent, from, upto, streams>>
hasher == <<digest, rows, done>>
limits == <<deaths, again>>
vars == <<dir, fetcher, hasher, checked, limits, disk>>

Objects == 1..Last
None == Last + 1
Zero == [o \in Objects |-> 0]
Empty == [o \in Objects |-> <<>>]
Start ==
    /\ segs = {} /\ ends = {} /\ fin = FALSE /\ begun = Zero /\ sent = Zero /\ from = None /\ upto = None
    /\ digest = Empty /\ rows = <<>> /\ checked = {} /\ streams = 0 /\ done = FALSE /\ deaths = 0 /\ again = 0
    /\ disk = "never"

\* ---- the fetcher
Works == from # None
Ready == \* after the watermark, when all entries are stored; it sweeps what else lies there
    /\ ~Works /\ ~fin /\ ends = {} /\ segs' = {} /\ from' = Len(rows) /\ upto' = Len(rows) /\ begun' = Zero /\ sent' = Zero
    /\ UNCHANGED <<ends, fin, streams, hasher, checked, limits>>
Begin(o) == \* in order
    /\ Works /\ o > upto /\ begun[o] = 0 /\ \A p \in upto + 1 .. o - 1 : begun[p] # 0
    /\ begun' = [begun EXCEPT ![o] = streams + 1] /\ streams' = streams + 1
    /\ UNCHANGED <<sent, from, upto, dir, hasher, checked, limits>>
HasRoom(o) == disk # "now" /\ Cardinality({s \in segs : Reserved => s.obj = o}) < Room
Segment(o) == [obj |-> o, id |-> begun[o], n |-> sent[o] + 1, has |-> sent[o] + 1] \* has: the segment whose bytes its file holds
Overwritten(o) == \* what the segment does to those that lie there; a file that was given away has no name among them
    {{}} \cup IF GivenAway THEN {} ELSE {{s} : s \in {t \in segs : t.obj = o /\ t.id = begun[o]}}
Send(o) ==
    /\ Works /\ begun[o] # 0 /\ sent[o] < Size /\ HasRoom(o) /\ sent' = [sent EXCEPT ![o] = @ + 1]
    /\ \E old \in Overwritten(o) :
        segs' = (segs \ old) \cup {[s EXCEPT !.has = sent[o] + 1] : s \in old} \cup {Segment(o)}
    /\ UNCHANGED <<begun, from, upto, streams, ends, fin, hasher, checked, limits>>
Fills == Works /\ ~fin /\ disk = "never" /\ disk' = "now" /\ UNCHANGED <<dir, fetcher, hasher, checked, limits>>
Empties == disk = "now" /\ disk' = "before" /\ UNCHANGED <<dir, fetcher, hasher, checked, limits>>
ThrowAway(o) == \* what a fetcher does that takes a failed write for the end of the stream
    /\ ~InPlace /\ disk = "now" /\ begun[o] # 0 /\ o > upto /\ segs' = {s \in segs : s.obj # o}
    /\ begun' = [begun EXCEPT ![o] = streams + 1] /\ sent' = [sent EXCEPT ![o] = 0] /\ streams' = streams + 1
    /\ UNCHANGED <<from, upto, ends, fin, hasher, checked, limits>>
Whole(o) == begun[o] # 0 /\ sent[o] = Size
Publish(o) == \* in order
    /\ Works /\ disk # "now" /\ o = upto + 1 /\ Whole(o) /\ upto' = o /\ ends' = ends \cup {[obj |-> o, id |-> begun[o]]}
    /\ checked' = checked \cup {begun[o]} /\ UNCHANGED <<begun, sent, from, streams, segs, fin, hasher, limits>>
Again(o) == \* it has changed, or its checksum differs
    /\ Works /\ again < MostAgain /\ again' = again + 1 /\ begun[o] # 0 /\ o > upto /\ segs' = {s \in segs : s.obj # o}
    /\ begun' = [begun EXCEPT ![o] = streams + 1] /\ sent' = [sent EXCEPT ![o] = 0] /\ streams' = streams + 1
    /\ UNCHANGED <<from, upto, ends, fin, hasher, checked, deaths>>
Fin ==
    /\ Works /\ ~fin /\ fin' = TRUE
    /\ IF FinLate THEN upto = Last ELSE \A o \in from + 1 .. Last : Whole(o)
    /\ UNCHANGED <<segs, ends, fetcher, hasher, checked, limits>>

\* ---- the hasher
Knows(o, id) == digest[o] # <<>> /\ (Numbered => digest[o][1].id = id)
First(o, id) == \E s \in segs : s.obj = o /\ s.id = id /\ s.n = 1
Lost(o, id) == ~Knows(o, id) /\ ~First(o, id)
Digest(s) ==
    /\ ~done /\ s.obj > Len(rows) /\ (AnyStream \/ s.obj = Len(rows) + 1)
    /\ \/ Knows(s.obj, s.id) /\ s.n = Len(digest[s.obj]) + digest[s.obj][1].n /\ digest' = [digest EXCEPT ![s.obj] = Append(@, s)]
       \/ ~Knows(s.obj, s.id) /\ (s.n = 1 \/ (~FromFirst /\ ~First(s.obj, s.id))) /\ digest' = [digest EXCEPT ![s.obj] = <<s>>]
    /\ segs' = segs \ {s} /\ UNCHANGED <<ends, fin, fetcher, rows, done, checked, limits>>
NextAttempt == \* the attempt ends, the directory is swept, and another one begins after the watermark
    /\ segs' = {} /\ ends' = {} /\ fin' = FALSE /\ begun' = Zero /\ sent' = Zero /\ from' = None /\ upto' = None
    /\ digest' = Empty /\ UNCHANGED <<streams, rows, done, checked>>
GiveUp ==
    /\ FromFirst /\ ~done /\ \E s \in segs \cup ends : s.obj > Len(rows) /\ Lost(s.obj, s.id)
    /\ NextAttempt /\ UNCHANGED limits
IsWhole(o) == digest[o] # <<>> /\ digest[o][Len(digest[o])].n = Size
Store(o) ==
    /\ ~done /\ o = Len(rows) + 1 /\ IsWhole(o)
    /\ EndOnly => \E e \in ends : e.obj = o /\ Knows(o, e.id)
    /\ rows' = Append(rows, digest[o]) /\ UNCHANGED <<dir, fetcher, digest, done, checked, limits>>
Remove ==
    /\ \E e \in ends : e.obj <= Len(rows) /\ ends' = ends \ {e}
    /\ UNCHANGED <<segs, fin, fetcher, hasher, checked, limits>>
Finish == fin /\ ends = {} /\ ~done /\ done' = TRUE /\ UNCHANGED <<dir, fetcher, digest, rows, checked, limits>>

\* ---- deaths
Dies == ~done /\ deaths < MostDeaths /\ deaths' = deaths + 1 /\ UNCHANGED again
FetcherDies ==
    /\ Dies /\ from' = None /\ upto' = None /\ begun' = Zero /\ sent' = Zero
    /\ UNCHANGED <<streams, dir, hasher, checked>>
HasherDies == Dies /\ digest' = Empty /\ UNCHANGED <<dir, fetcher, rows, done, checked>>
Reboot == Dies /\ NextAttempt \* what lies there then counts as absent

Steps == \E o \in Objects : Begin(o) \/ Send(o) \/ Publish(o) \/ Store(o)
Moves == Ready \/ Fin \/ Steps \/ (\E s \in segs : Digest(s)) \/ GiveUp \/ Remove \/ Finish
Goes == Empties \/ (Moves /\ UNCHANGED disk)
Fails == FetcherDies \/ HasherDies \/ Reboot \/ \E o \in Objects : Again(o) \/ ThrowAway(o)
Next == Goes \/ Fills \/ (Fails /\ UNCHANGED disk)
Safe == Start /\ [][Next]_vars
Spec == Safe /\ WF_vars(Goes)

\* ---- the promises
NoneWrong == \A o \in 1..Len(rows) : \E id \in checked : rows[o] = [n \in 1..Size |-> [obj |-> o, id |-> id, n |-> n, has |-> n]]
NoneLost == done => Len(rows) = Last
FetchedOnce == (deaths = 0 /\ again = 0) => streams <= Last
NeverStuck == done \/ ENABLED Goes
AllDone == <>done
===============================================================================
