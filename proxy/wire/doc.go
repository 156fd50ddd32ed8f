// Package wire knows the bytes of providers and nothing else. It does no I/O
// and keeps no text beyond a call.
//
// The law that it and its rooms keep: a byte that they do not own is never
// changed. Bodies are edited by byte range, so key order, repeated keys, number
// spelling, spaces and escapes survive, and a body without edits is the same
// body.
//
// This package is the tables: which hosts are which provider ([ForHost]), what
// each string of a request is ([Route.At]), which strings of an answer stream
// or never come back, and how the provider writes an error. What a table does
// not name is scanned, so a provider's new field is covered the day it ships.
// The tables are shared and immutable.
//
// The rooms below read them:
//
//	bodies   a request's body: its strings, and other text in their place
//	streams  an answer as it arrives: the same, by event
//	codings  Content-Encoding
//	media    Content-Type
//	rawjson  JSON as bytes, for all of them
package wire
