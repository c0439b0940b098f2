------------------------------- MODULE Webhook -------------------------------
\* How the summary of a request is posted. The transaction that ends the request writes a mark. A pod that posts rewrites the
\* mark first, and removes it after the receiver's answer. A pod dies at any step; the receiver refuses, or its answer is
\* lost; the user deletes what is done and puts the same id again, so that another run of it ends in mid-post.
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS Pods, MostRuns, MostDeaths,
    Marked,      \* the mark is written by the transaction that ends the request
    AfterAnswer, \* the mark goes only when the receiver has answered
    Fenced       \* and only if it is the one that this pod wrote
VARIABLES
    run,      \* the last run that ended, 0 before
    mark,     \* the revision of the mark, 0 without one
    revision, \* of etcd
    received, \* the runs whose summary the receiver has
    pod,      \* by pod: how far it is, the revision of its mark, the run that it posts
    deaths
vars == <<run, mark, revision, received, pod, deaths>>

Free == [at |-> "free", mark |-> 0, run |-> 0]
Start == run = 0 /\ mark = 0 /\ revision = 0 /\ received = {} /\ pod = [p \in Pods |-> Free] /\ deaths = 0
Written == revision' = revision + 1
Lost == deaths < MostDeaths /\ deaths' = deaths + 1
Goes(p, to) == pod' = [pod EXCEPT ![p] = to]

End(p) == \* the last job of a run is entered as done
    /\ pod[p].at = "free" /\ run < MostRuns /\ run' = run + 1 /\ Written
    /\ IF Marked THEN mark' = revision + 1 /\ UNCHANGED pod
       ELSE Goes(p, [Free EXCEPT !.at = "marks"]) /\ UNCHANGED mark
    /\ UNCHANGED <<received, deaths>>
Mark(p) ==
    /\ pod[p].at = "marks" /\ mark' = revision + 1 /\ Written /\ Goes(p, Free) /\ UNCHANGED <<run, received, deaths>>
Try(p) == \* compares the mark as read, and rewrites it; the summary is that of the mark
    /\ pod[p].at = "free" /\ mark # 0 /\ mark' = (IF AfterAnswer THEN revision + 1 ELSE 0) /\ Written
    /\ Goes(p, [at |-> "posts", mark |-> revision + 1, run |-> run]) /\ UNCHANGED <<run, received, deaths>>
Posts(p) == pod[p].at = "posts" /\ UNCHANGED <<run, mark, revision>>
Receive(p) ==
    /\ Posts(p) /\ received' = received \cup {pod[p].run} /\ pod' = [pod EXCEPT ![p].at = "posted"] /\ UNCHANGED deaths
ReceiveLost(p) == Posts(p) /\ Lost /\ received' = received \cup {pod[p].run} /\ Goes(p, Free)
Refuse(p) == Posts(p) /\ Lost /\ Goes(p, Free) /\ UNCHANGED received
Remove(p) ==
    /\ pod[p].at = "posted" /\ mark' = (IF Fenced /\ mark # pod[p].mark THEN mark ELSE 0) /\ Written /\ Goes(p, Free)
    /\ UNCHANGED <<run, received, deaths>>
Die(p) == pod[p].at # "free" /\ Lost /\ Goes(p, Free) /\ UNCHANGED <<run, mark, revision, received>>

Steps(p) == End(p) \/ Mark(p) \/ Try(p) \/ Receive(p) \/ Remove(p)
Next == \E p \in Pods : Steps(p) \/ ReceiveLost(p) \/ Refuse(p) \/ Die(p)
Few == revision < 8 \* pods may take a mark from each other for ever
Safe == Start /\ [][Next]_vars

\* ---- the promise: what has ended is received, or it is marked, or a pod that lives is about to do either
NoneSilent == run = 0 \/ run \in received \/ mark # 0
              \/ \E p \in Pods : pod[p].at = "marks" \/ (pod[p].at = "posts" /\ pod[p].run = run)
Alike == Permutations(Pods)
===============================================================================
