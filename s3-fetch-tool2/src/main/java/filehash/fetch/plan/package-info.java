/**
 * Cuts the names of a request into jobs of equal cost. {@link filehash.fetch.plan.Survey} says which pages are to be
 * listed and takes them in whatever order they come; {@link filehash.fetch.plan.Ranges} cuts what it counted. Nothing
 * here sends a request or knows of threads. No job loses a name by a bad plan: jobs hold all names whatever the cuts
 * are.
 */
package filehash.fetch.plan;
