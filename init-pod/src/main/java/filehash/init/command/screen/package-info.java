/** How the commands show what they found: a picture for a terminal, lines for a log, JSON for a program. */
package filehash.init.command.screen;
