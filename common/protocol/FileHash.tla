------------------------------- MODULE FileHash -------------------------------
\* One root, its jobs, and pods of three programs. A program, a pod or a node dies at any step; a lease ends at any time; a
\* program stands still for any time, which is a step not taken. Names are 1..K in every job.
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS Pods, Jobs, K, MostAttempts, MostDeaths, MostReboots,
    Fence,       \* a transaction counts only for the attempt that MySQL holds
    Compare,     \* and only if the watermark is where its author left it
    OnePacket,   \* a batch may be one packet, which arrives after its connection has broken
    LockedRead,  \* the watermark is read under the row's lock
    Handshake,   \* conf.json goes only when both siblings have answered
    Identity,    \* a marker, that is, a fin or a stop file, is ignored if it carries another identity
    FinFirst,    \* s3fin is read before files/ is listed
    TwoLooks,    \* the hasher looks twice, and takes of the second look what is not after the last name of the first
    Swept,       \* markers go before the next claim
    InOrder,     \* files are published in the order of names
    BootId,      \* after a reboot the directory counts as empty
    Released,    \* a transaction of a claim writes nothing to a job that the claim has given back
    Frail,       \* pods whose s3-fetch-tool2 may be gone for ever
    Living,      \* a job is given to a pod whose siblings live, and given back where one is gone
    MostEdits,   \* of /conf
    Pinned       \* conf.json takes the source from the run
VARIABLES
    attempt, holder, done, released, \* etcd: by job
    late,                           \* and by pod: a transaction that binds its job and is on its way still
    source, pinned, mixed,          \* what /conf says; what the first claim fixed, 0 before; a job worked from another
    gone,                           \* the pods without a fetcher
    fence, mark, rows, open, wrong, \* MySQL: by job; open is a transaction between execution and its end
    sent,                           \* and by job: a batch in one packet that is on its way, and holds no lock
    conf, files, s3fin, hashfin, progress, boot, \* a pod's directory and machine
    init, fetch, hash,              \* its three programs
    deaths, reboots
vars == <<attempt, holder, done, released, late, source, pinned, mixed, gone, fence, mark, rows, open, wrong, sent, conf, files, s3fin, hashfin, progress, boot,
          init, fetch, hash, deaths, reboots>>
etcd == <<attempt, holder, done, released, late, pinned>>
mysql == <<fence, mark, rows, open, wrong, sent>>
directory == <<conf, files, s3fin, hashfin, progress, boot>>
rest == <<source, mixed, gone>>
limits == <<deaths, reboots, rest>>

Names == 1..K
Nobody == "nobody"
NoId == [job |-> Nobody, attempt |-> 0]
Id(job, a) == [job |-> job, attempt |-> a]
Absent == [word |-> "absent", id |-> NoId, boot |-> 0]
NoFin == [id |-> NoId, all |-> FALSE]
NoProgress == [id |-> NoId, mark |-> 0]
NoTransaction == [pod |-> Nobody, id |-> NoId, batch |-> {}]
NoPacket == [id |-> NoId, mark |-> 0, batch |-> {}]
Torn == "torn"
Empty == [k \in Names |-> Nobody]
InitAt(at) == [at |-> at, id |-> NoId]
FetchIdle == [at |-> "idle", id |-> NoId, upto |-> 0, got |-> {}, next |-> 0]
HashIdle == [at |-> "idle", id |-> NoId, mark |-> 0, batch |-> {}, base |-> {}, last |-> 0, saw |-> FALSE]
Most(S) == CHOOSE m \in S \cup {0} : \A n \in S : n <= m
Upto(S, m) == {k \in S : k <= m}
Present(p) == {k \in Names : files[p][k] # Nobody}

Start ==
    /\ attempt = [j \in Jobs |-> 0] /\ holder = [j \in Jobs |-> Nobody] /\ done = [j \in Jobs |-> FALSE]
    /\ released = [j \in Jobs |-> FALSE] /\ late = [p \in Pods |-> NoId]
    /\ fence = [j \in Jobs |-> 0] /\ mark = [j \in Jobs |-> 0] /\ rows = [j \in Jobs |-> [k \in Names |-> 0]]
    /\ open = [j \in Jobs |-> NoTransaction] /\ wrong = FALSE /\ sent = [j \in Jobs |-> NoPacket]
    /\ conf = [p \in Pods |-> Absent] /\ files = [p \in Pods |-> Empty] /\ boot = [p \in Pods |-> 0]
    /\ s3fin = [p \in Pods |-> NoFin] /\ hashfin = [p \in Pods |-> NoFin] /\ progress = [p \in Pods |-> NoProgress]
    /\ init = [p \in Pods |-> InitAt("free")] /\ fetch = [p \in Pods |-> FetchIdle] /\ hash = [p \in Pods |-> HashIdle]
    /\ deaths = 0 /\ reboots = 0 /\ source = 1 /\ pinned = 0 /\ mixed = FALSE /\ gone = {}

\* what a program believes of the directory
Of(marker, id) == IF Identity THEN marker.id = id ELSE marker.id # NoId
Readable(p) == conf[p].word # "absent" /\ (BootId => conf[p].boot = boot[p])
Says(p, word) == Readable(p) /\ conf[p].word = word
Works(p, id) == Says(p, "work") /\ conf[p].id = id

\* ---- init-pod
Taken(p, j) == \* a new job or an orphan: one transaction that compares the attempt
    /\ ~done[j] /\ holder[j] = Nobody /\ attempt[j] < MostAttempts
    /\ attempt' = [attempt EXCEPT ![j] = @ + 1] /\ holder' = [holder EXCEPT ![j] = p]
    /\ released' = [released EXCEPT ![j] = FALSE] /\ pinned' = IF pinned = 0 THEN source ELSE pinned
    /\ UNCHANGED <<done, late, mysql, directory, fetch, hash>>
Claim(p, j) ==
    /\ init[p].at = "free" /\ (Living => p \notin gone) /\ Taken(p, j)
    /\ init' = [init EXCEPT ![p] = [at |-> "claimed", id |-> Id(j, attempt[j] + 1)]] /\ UNCHANGED limits
SayWork(p) ==
    /\ init[p].at = "claimed"
    /\ conf' = [conf EXCEPT ![p] = [word |-> "work", id |-> init[p].id, boot |-> boot[p]]]
    /\ init' = [init EXCEPT ![p].at = "serving"]
    /\ mixed' = (mixed \/ (IF Pinned THEN pinned ELSE source) # pinned)
    /\ UNCHANGED <<etcd, mysql, files, s3fin, hashfin, progress, boot, fetch, hash, deaths, reboots, source, gone>>
StandsOf(id) == attempt[id.job] = id.attempt /\ ~done[id.job] /\ (Released => ~released[id.job])
Stands(p) == StandsOf(init[p].id)
Unbound(p) == init[p].at = "serving" /\ Stands(p) /\ holder[init[p].id.job] = Nobody
Reestablish(p) ==
    /\ Unbound(p) /\ holder' = [holder EXCEPT ![init[p].id.job] = p]
    /\ UNCHANGED <<attempt, done, released, late, pinned, mysql, directory, init, fetch, hash, limits>>
GiveBack(p) ==
    /\ released' = [released EXCEPT ![init[p].id.job] = @ \/ Stands(p)]
    /\ holder' = [holder EXCEPT ![init[p].id.job] = IF @ = p /\ Stands(p) THEN Nobody ELSE @]
Stopped(marker, id) == marker.id = id /\ ~marker.all
SayStop(p) == \* taken over, or a sibling gave up, or is gone
    /\ init[p].at = "serving"
    /\ ~Stands(p) \/ Stopped(hashfin[p], init[p].id) \/ Stopped(s3fin[p], init[p].id) \/ (Living /\ p \in gone)
    /\ conf' = [conf EXCEPT ![p].word = "stop"] /\ init' = [init EXCEPT ![p].at = "ending"] /\ GiveBack(p)
    /\ UNCHANGED <<attempt, done, late, pinned, mysql, files, s3fin, hashfin, progress, boot, fetch, hash, limits>>
Enter(p) ==
    /\ init[p].at = "serving" /\ Stands(p)
    /\ Of(hashfin[p], init[p].id) /\ hashfin[p].all /\ Of(s3fin[p], init[p].id) /\ s3fin[p].all
    /\ done' = [done EXCEPT ![init[p].id.job] = TRUE] /\ holder' = [holder EXCEPT ![init[p].id.job] = Nobody]
    /\ init' = [init EXCEPT ![p].at = "ending"]
    /\ UNCHANGED <<attempt, released, late, pinned, mysql, directory, fetch, hash, limits>>
RemoveConf(p) ==
    /\ init[p].at = "ending"
    /\ Handshake => Of(s3fin[p], init[p].id) /\ Of(hashfin[p], init[p].id)
    /\ conf' = [conf EXCEPT ![p] = Absent] /\ init' = [init EXCEPT ![p].at = "sweeping"]
    /\ UNCHANGED <<etcd, mysql, files, s3fin, hashfin, progress, boot, fetch, hash, limits>>
Sweep(p) ==
    /\ init[p].at = "sweeping" /\ init' = [init EXCEPT ![p] = InitAt("free")]
    /\ conf' = [conf EXCEPT ![p] = Absent] /\ files' = [files EXCEPT ![p] = Empty]
    /\ IF Swept THEN /\ s3fin' = [s3fin EXCEPT ![p] = NoFin] /\ hashfin' = [hashfin EXCEPT ![p] = NoFin]
                     /\ progress' = [progress EXCEPT ![p] = NoProgress]
       ELSE UNCHANGED <<s3fin, hashfin, progress>>
    /\ UNCHANGED <<etcd, mysql, boot, fetch, hash, limits>>
Adopt(p) == \* the first step of a restarted init-pod
    /\ init[p].at = "started"
    /\ init' = [init EXCEPT ![p] = IF ~Readable(p) THEN InitAt("sweeping")
                                  ELSE [at |-> IF conf[p].word = "work" THEN "serving" ELSE "ending", id |-> conf[p].id]]
    /\ UNCHANGED <<etcd, mysql, directory, fetch, hash, limits>>

\* ---- s3-fetch-tool2: two downloads side by side; a look at conf.json and the rename are two steps
FetchKeeps == UNCHANGED <<etcd, mysql, conf, hashfin, progress, boot, init, hash, limits>>
FetchFin(p, id, all) == s3fin' = [s3fin EXCEPT ![p] = [id |-> id, all |-> all]]
FetchBegin(p) ==
    /\ fetch[p].at = "idle" /\ Says(p, "work") /\ ~Of(s3fin[p], conf[p].id)
    /\ Of(progress[p], conf[p].id) /\ Present(p) = {}
    /\ fetch' = [fetch EXCEPT ![p] = [FetchIdle EXCEPT !.at = "run", !.id = conf[p].id, !.upto = progress[p].mark]]
    /\ FetchKeeps /\ UNCHANGED <<files, s3fin>>
Download(p, k) ==
    /\ fetch[p].at = "run" /\ k > fetch[p].upto /\ k <= fetch[p].upto + 2 /\ k \notin fetch[p].got
    /\ fetch' = [fetch EXCEPT ![p].got = @ \cup {k}]
    /\ FetchKeeps /\ UNCHANGED <<files, s3fin>>
FetchLook(p, k) ==
    /\ fetch[p].at = "run" /\ k \in fetch[p].got /\ (InOrder => k = fetch[p].upto + 1) /\ Works(p, fetch[p].id)
    /\ fetch' = [fetch EXCEPT ![p].at = "publish", ![p].next = k]
    /\ FetchKeeps /\ UNCHANGED <<files, s3fin>>
Publish(p) ==
    LET k == fetch[p].next
        got == fetch[p].got \ {k}
        upto == fetch[p].upto IN
    /\ fetch[p].at = "publish" /\ files' = [files EXCEPT ![p][k] = fetch[p].id.job]
    /\ fetch' = [fetch EXCEPT ![p].at = "run", ![p].got = IF k = upto + 1 THEN got ELSE fetch[p].got,
                              ![p].upto = IF k = upto + 1 THEN k ELSE upto]
    /\ FetchKeeps /\ UNCHANGED s3fin
FetchEnd(p) ==
    /\ fetch[p].at = "run" /\ (fetch[p].upto = K \/ ~Works(p, fetch[p].id))
    /\ FetchFin(p, fetch[p].id, fetch[p].upto = K) /\ fetch' = [fetch EXCEPT ![p] = FetchIdle]
    /\ FetchKeeps /\ UNCHANGED files
FetchAnswer(p) ==
    /\ fetch[p].at = "idle" /\ Says(p, "stop") /\ ~Of(s3fin[p], conf[p].id)
    /\ FetchFin(p, conf[p].id, FALSE) /\ FetchKeeps /\ UNCHANGED <<files, fetch>>

\* ---- file-hasher2
HashKeeps == UNCHANGED <<etcd, conf, s3fin, boot, init, fetch, limits>>
HashFin(p, id, all) == hashfin' = [hashfin EXCEPT ![p] = [id |-> id, all |-> all]]
HashGoes(p, at) == hash' = [hash EXCEPT ![p].at = at]
HashEnds(p, all) == HashFin(p, hash[p].id, all) /\ hash' = [hash EXCEPT ![p] = HashIdle]
HashBegin(p) ==
    /\ hash[p].at = "idle" /\ Says(p, "work") /\ ~Of(hashfin[p], conf[p].id)
    /\ hash' = [hash EXCEPT ![p] = [HashIdle EXCEPT !.at = "register", !.id = conf[p].id]]
    /\ HashKeeps /\ UNCHANGED <<mysql, files, hashfin, progress>>
Register(p) == \* under the row's lock; raises the attempt, never lowers it
    LET id == hash[p].id IN
    /\ hash[p].at = "register" /\ (open[id.job] = NoTransaction \/ (~LockedRead /\ fence[id.job] = id.attempt))
    /\ IF fence[id.job] <= id.attempt \/ ~Fence
       THEN /\ fence' = [fence EXCEPT ![id.job] = id.attempt] /\ UNCHANGED hashfin
            /\ hash' = [hash EXCEPT ![p].at = "report", ![p].mark = mark[id.job]]
       ELSE HashEnds(p, FALSE) /\ UNCHANGED fence
    /\ HashKeeps /\ UNCHANGED <<mark, rows, open, wrong, sent, files, progress>>
Report(p) ==
    /\ hash[p].at = "report" /\ progress' = [progress EXCEPT ![p] = [id |-> hash[p].id, mark |-> hash[p].mark]]
    /\ HashGoes(p, "run") /\ HashKeeps /\ UNCHANGED <<mysql, files, hashfin>>
Fetched(p) == Of(s3fin[p], hash[p].id) /\ s3fin[p].all
HashLook(p) == \* conf.json, s3fin, and the first look begins: it sees all that is there now, and perhaps what comes
    /\ hash[p].at = "run"
    /\ IF ~Works(p, hash[p].id) THEN HashEnds(p, FALSE)
       ELSE /\ hash' = [hash EXCEPT ![p].at = "look", ![p].saw = Fetched(p), ![p].base = Present(p)]
            /\ UNCHANGED hashfin
    /\ HashKeeps /\ UNCHANGED <<mysql, files, progress>>
LookEnds(p, seen) ==
    /\ hash[p].at = "look" /\ hash[p].base \subseteq seen /\ seen \subseteq Present(p)
    /\ hash' = [hash EXCEPT ![p].at = IF TwoLooks THEN "look again" ELSE "decide",
                            ![p].base = seen, ![p].last = Most(seen)]
    /\ HashKeeps /\ UNCHANGED <<mysql, files, hashfin, progress>>
LookAgain(p) == \* nothing up to the first look's last can be missing from what is there when the second begins
    /\ hash[p].at = "look again"
    /\ hash' = [hash EXCEPT ![p].at = "decide", ![p].base = Upto(Present(p), hash[p].last)]
    /\ HashKeeps /\ UNCHANGED <<mysql, files, hashfin, progress>>
Decide(p) ==
    LET seen == hash[p].base
        fresh == {k \in seen : k > hash[p].mark}
        fin == IF FinFirst THEN hash[p].saw ELSE Fetched(p) IN
    /\ hash[p].at = "decide"
    /\ IF fresh # {} THEN hash' = [hash EXCEPT ![p].at = "commit", ![p].batch = fresh] /\ UNCHANGED <<files, hashfin>>
       ELSE IF seen # {} THEN /\ files' = [files EXCEPT ![p] = [k \in Names |-> IF k \in seen THEN Nobody ELSE @[k]]]
                              /\ HashGoes(p, "run") /\ UNCHANGED hashfin
       ELSE IF fin THEN HashEnds(p, TRUE) /\ UNCHANGED files
       ELSE HashGoes(p, "run") /\ UNCHANGED <<files, hashfin>>
    /\ HashKeeps /\ UNCHANGED <<mysql, progress>>
Counts(id, m) == (fence[id.job] = id.attempt \/ ~Fence) /\ (mark[id.job] = m \/ ~Compare)
Stored(j, batch) ==
    /\ rows' = [rows EXCEPT ![j] = [k \in Names |-> IF k \in batch THEN @[k] + 1 ELSE @[k]]]
    /\ mark' = [mark EXCEPT ![j] = Most(batch)]
Execute(p) == \* the statements of a batch; from here until its end the transaction holds the row's lock
    LET id == hash[p].id IN
    /\ hash[p].at = "commit" /\ open[id.job] = NoTransaction
    /\ IF Counts(id, hash[p].mark)
       THEN /\ open' = [open EXCEPT ![id.job] = [pod |-> p, id |-> id, batch |-> hash[p].batch]]
            /\ wrong' = (wrong \/ \E k \in hash[p].batch : files[p][k] \notin {id.job, Nobody})
            /\ HashGoes(p, "commits")
       ELSE HashGoes(p, "settle") /\ UNCHANGED <<open, wrong>>
    /\ HashKeeps /\ UNCHANGED <<fence, mark, rows, sent, files, hashfin, progress>>
Waits(p, j) == hash[p].at = "commits" /\ hash[p].id = open[j].id /\ open[j].pod = p
Commit(j) == \* by the server, whether its client still listens or not
    /\ open[j] # NoTransaction /\ open' = [open EXCEPT ![j] = NoTransaction]
    /\ Stored(j, open[j].batch)
    /\ hash' = [p \in Pods |-> IF Waits(p, j) THEN [hash[p] EXCEPT !.at = "drop", !.mark = Most(open[j].batch)] ELSE hash[p]]
    /\ UNCHANGED <<etcd, fence, wrong, sent, directory, init, fetch, limits>>
Rollback(j) == \* by the server, of a client that is gone
    /\ open[j] # NoTransaction /\ (\A p \in Pods : ~Waits(p, j)) /\ open' = [open EXCEPT ![j] = NoTransaction]
    /\ UNCHANGED <<etcd, fence, mark, rows, wrong, sent, directory, init, fetch, hash, limits>>
CutOff(p) == \* the connection breaks before the answer to COMMIT
    /\ deaths < MostDeaths /\ deaths' = deaths + 1 /\ hash[p].at = "commits" /\ HashGoes(p, "settle")
    /\ UNCHANGED <<etcd, mysql, directory, init, fetch, reboots, rest>>
SendLost(p) == \* the connection breaks, or the hasher dies, before the server has begun with the one packet; it sends again
    LET id == hash[p].id IN
    /\ OnePacket /\ deaths < MostDeaths /\ deaths' = deaths + 1 /\ hash[p].at = "commit" /\ sent[id.job] = NoPacket
    /\ sent' = [sent EXCEPT ![id.job] = [id |-> id, mark |-> hash[p].mark, batch |-> hash[p].batch]]
    /\ wrong' = (wrong \/ \E k \in hash[p].batch : files[p][k] \notin {id.job, Nobody})
    /\ hash' \in {hash, [hash EXCEPT ![p] = HashIdle]}
    /\ UNCHANGED <<etcd, fence, mark, rows, open, directory, init, fetch, reboots, rest>>
Arrive(j) == \* the server executes all of it, or its guard stops it; nobody waits for the answer
    /\ sent[j] # NoPacket /\ open[j] = NoTransaction /\ sent' = [sent EXCEPT ![j] = NoPacket]
    /\ IF Counts(sent[j].id, sent[j].mark) THEN Stored(j, sent[j].batch) ELSE UNCHANGED <<rows, mark>>
    /\ UNCHANGED <<etcd, fence, open, wrong, directory, init, fetch, hash, limits>>
Settle(p) ==
    LET id == hash[p].id IN
    /\ hash[p].at = "settle" /\ (open[id.job] = NoTransaction \/ ~LockedRead)
    /\ IF fence[id.job] = id.attempt \/ ~Fence
       THEN /\ hash' = [hash EXCEPT ![p].mark = mark[id.job],
                                    ![p].at = IF mark[id.job] >= Most(hash[p].batch) THEN "drop" ELSE "run"]
            /\ UNCHANGED hashfin
       ELSE HashEnds(p, FALSE)
    /\ HashKeeps /\ UNCHANGED <<mysql, files, progress>>
Drop(p) == \* the progress is not written after each batch: an old one is as right as the newest
    /\ hash[p].at = "drop"
    /\ IF hash[p].batch = {} THEN (HashGoes(p, "report") \/ HashGoes(p, "run")) /\ UNCHANGED files
       ELSE \E k \in hash[p].batch : /\ files' = [files EXCEPT ![p][k] = Nobody]
                                     /\ hash' = [hash EXCEPT ![p].batch = @ \ {k}]
    /\ HashKeeps /\ UNCHANGED <<mysql, hashfin, progress>>
HashAnswer(p) ==
    /\ hash[p].at = "idle" /\ Says(p, "stop") /\ ~Of(hashfin[p], conf[p].id)
    /\ HashFin(p, conf[p].id, FALSE) /\ HashKeeps /\ UNCHANGED <<mysql, files, hash, progress>>

\* ---- the world
LeaseEnds(j) ==
    /\ holder[j] # Nobody /\ holder' = [holder EXCEPT ![j] = Nobody]
    /\ UNCHANGED <<attempt, done, released, late, pinned, mysql, directory, init, fetch, hash, limits>>
Lost == deaths < MostDeaths /\ deaths' = deaths + 1 /\ UNCHANGED <<reboots, rest>>
ClaimLost(p, j) == Lost /\ Taken(p, j) /\ UNCHANGED init \* its pod never learns of it, and gives that lease up
BindLost(p) ==
    /\ Lost /\ Unbound(p) /\ late[p] = NoId /\ late' = [late EXCEPT ![p] = init[p].id]
    /\ UNCHANGED <<attempt, holder, done, released, pinned, mysql, directory, init, fetch, hash>>
BindLate(p) ==
    /\ late[p] # NoId /\ late' = [late EXCEPT ![p] = NoId]
    /\ holder' = [holder EXCEPT ![late[p].job] = IF StandsOf(late[p]) THEN p ELSE @]
    /\ UNCHANGED <<attempt, done, released, pinned, mysql, directory, init, fetch, hash, limits>>
Death == Lost /\ UNCHANGED <<etcd, mysql>>
InitDies(p) == Death /\ init' = [init EXCEPT ![p] = InitAt("started")] /\ UNCHANGED <<directory, fetch, hash>>
InitEnds(p) == \* after SIGTERM: it gives the job back at once, while the two others still work
    /\ Lost /\ init[p].at = "serving" /\ GiveBack(p) /\ init' = [init EXCEPT ![p] = InitAt("started")]
    /\ UNCHANGED <<attempt, done, late, pinned, mysql, directory, fetch, hash>>
FetchDies(p) == Death /\ fetch[p] # FetchIdle
    /\ fetch' = [fetch EXCEPT ![p] = FetchIdle] /\ UNCHANGED <<directory, init, hash>>
HashDies(p) == Death /\ hash[p] # HashIdle
    /\ hash' = [hash EXCEPT ![p] = HashIdle] /\ UNCHANGED <<directory, init, fetch>>
FetchGivesUp(p) == \* for a reason of its own
    /\ Death /\ fetch[p].at = "run" /\ FetchFin(p, fetch[p].id, FALSE) /\ fetch' = [fetch EXCEPT ![p] = FetchIdle]
    /\ UNCHANGED <<conf, files, hashfin, progress, boot, init, hash>>
HashGivesUp(p) ==
    /\ Death /\ hash[p].at = "run" /\ HashEnds(p, FALSE)
    /\ UNCHANGED <<conf, files, s3fin, progress, boot, init, fetch>>
AllStart(p) ==
    /\ init' = [init EXCEPT ![p] = InitAt("started")]
    /\ fetch' = [fetch EXCEPT ![p] = FetchIdle] /\ hash' = [hash EXCEPT ![p] = HashIdle]
PodDies(p) == \* another one begins, in an empty directory
    /\ Death /\ AllStart(p) /\ conf' = [conf EXCEPT ![p] = Absent] /\ files' = [files EXCEPT ![p] = Empty]
    /\ s3fin' = [s3fin EXCEPT ![p] = NoFin] /\ hashfin' = [hashfin EXCEPT ![p] = NoFin]
    /\ progress' = [progress EXCEPT ![p] = NoProgress] /\ UNCHANGED boot
NodeReboots(p) == \* the directory is kept, the page cache is not
    /\ reboots < MostReboots /\ reboots' = reboots + 1 /\ AllStart(p) /\ boot' = [boot EXCEPT ![p] = @ + 1]
    /\ files' = [files EXCEPT ![p] = [k \in Names |-> IF @[k] = Nobody THEN Nobody ELSE Torn]]
    /\ UNCHANGED <<etcd, mysql, conf, s3fin, hashfin, progress, deaths, rest>>
FetchGoes(p) == \* not at the last attempt: the model has no more
    /\ p \in Frail \ gone /\ (\A j \in Jobs : attempt[j] < MostAttempts)
    /\ gone' = gone \cup {p} /\ fetch' = [fetch EXCEPT ![p] = FetchIdle]
    /\ UNCHANGED <<etcd, mysql, directory, init, hash, deaths, reboots, source, mixed>>
EditConf ==
    /\ source <= MostEdits /\ source' = source + 1
    /\ UNCHANGED <<etcd, mysql, directory, init, fetch, hash, deaths, reboots, mixed, gone>>

InitSteps(p) == (\E j \in Jobs : Claim(p, j)) \/ SayWork(p) \/ Reestablish(p) \/ SayStop(p) \/ Enter(p)
                \/ RemoveConf(p) \/ Sweep(p) \/ Adopt(p)
FetchSteps(p) == p \notin gone /\ (FetchBegin(p) \/ (\E k \in Names : Download(p, k) \/ FetchLook(p, k)) \/ Publish(p)
                                   \/ FetchEnd(p) \/ FetchAnswer(p))
HashSteps(p) == HashBegin(p) \/ Register(p) \/ Report(p) \/ HashLook(p) \/ (\E S \in SUBSET Names : LookEnds(p, S))
                \/ LookAgain(p) \/ Decide(p) \/ Execute(p) \/ Settle(p) \/ Drop(p) \/ HashAnswer(p)
World == \/ \E p \in Pods : \/ CutOff(p) \/ SendLost(p) \/ FetchGivesUp(p) \/ HashGivesUp(p) \/ BindLost(p) \/ BindLate(p)
                             \/ (\E j \in Jobs : ClaimLost(p, j)) \/ InitDies(p) \/ InitEnds(p)
                             \/ FetchDies(p) \/ HashDies(p) \/ PodDies(p) \/ NodeReboots(p)
                             \/ FetchGoes(p)
         \/ \E j \in Jobs : LeaseEnds(j) \/ Commit(j) \/ Rollback(j) \/ Arrive(j)
         \/ EditConf
Next == World \/ \E p \in Pods : InitSteps(p) \/ FetchSteps(p) \/ HashSteps(p)
Safe == Start /\ [][Next]_vars
\* a lease ends once nobody renews it; the server ends every transaction; every program takes its steps
Unrenewed(j) == \A p \in Pods :
    holder[j] = p => ~(init[p].at \in {"claimed", "serving", "started"} /\ init[p].id = Id(j, attempt[j]))
Live == /\ Safe /\ \A j \in Jobs : WF_vars(Unrenewed(j) /\ LeaseEnds(j)) /\ WF_vars(Commit(j))
        /\ \A p \in Pods : /\ SF_vars(Enter(p)) /\ SF_vars(SayStop(p)) \* however often its lease ends and is granted again
                           /\ WF_vars(InitSteps(p)) /\ WF_vars(FetchSteps(p)) /\ WF_vars(HashSteps(p))

\* ---- the promises
NoneTwice == \A j \in Jobs, k \in Names : rows[j][k] <= 1
NoneWrong == ~wrong
NoneLost == \A j \in Jobs : done[j] => \A k \in Names : rows[j][k] = 1
MarkHolds == \A j \in Jobs, k \in Names : k <= mark[j] => rows[j][k] = 1
GivenBack == \A j \in Jobs : released[j] => holder[j] = Nobody
Quiet == \A p \in Pods : conf[p].word = "absent" => fetch[p].at = "idle" /\ hash[p].at = "idle"
OneSource == ~mixed
\* for TLC, states that differ only in which job or pod is which are one: sound for safety, not for liveness
Alike == Permutations(Jobs) \cup Permutations(Pods \ Frail)
AllDone == <>(\A j \in Jobs : done[j])
===============================================================================
