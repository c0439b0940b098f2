/**
 * The search for work. {@link filehash.init.search.Search} looks at the tree, has it kept in order, and claims what
 * {@link filehash.init.search.NextJob} chooses; {@link filehash.init.search.Turns} says what has to rest, and
 * {@link filehash.init.search.News} what wakes an idle pod.
 */
package filehash.init.search;
