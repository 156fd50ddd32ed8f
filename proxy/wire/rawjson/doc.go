// Package rawjson reads JSON as the bytes it is written in, so that a string of
// a document can be changed and no other byte.
//
// [Walk] visits the strings, names and numbers of a whole document with the
// range of bytes that each stands in and the [Path] that leads to it, which
// [Patterns] match. A [Decoder] reads JSON that stands in text and arrives in
// pieces, as tool arguments do. [AppendUnescaped] and [AppendEscaped] take the
// text of a string from its spelling and back.
//
// Offsets and widths count bytes. Nothing is repaired and nothing is lost:
// repeated names are each visited, invalid UTF-8 and lone surrogates come
// through as they are. Errors name a byte's position, never text.
package rawjson
