// Package wire knows the bytes of providers and nothing else: which strings of
// a request may hold private text, how text is spelled inside JSON, a stream
// or a compressed body, and how to put other text in its place.
//
// The law it keeps: a byte that it does not own is never changed. Bodies are
// edited by byte range, so key order, repeated keys, number spelling, spaces
// and escapes survive, and a body without edits is the same body.
//
// A provider is a table over one engine. What a table does not
// name is scanned, so a provider's new field is covered the day it ships.
//
// The package does no I/O of its own and keeps no text beyond a call.
package wire
