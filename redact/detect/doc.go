// Package detect finds patterns in text: regular expressions at speed, the
// checks that tell a card number from a number, and the words around a hit.
//
// The law it keeps: what a [Matcher] finds is what a plain loop over every
// pattern would find, whatever the text; a match never depends on how the text
// was searched. A test and a fuzz target hold the two side by side.
//
// The package knows nothing of rule files and of actions. It never puts a
// piece of the text into an error: the regular expression library quotes its
// whole input in a time-out, so that error is replaced, never wrapped.
package detect
