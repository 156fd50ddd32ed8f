// Package streams edits a provider's answer while it arrives.
//
// A [Stream] takes the bytes in any cut and gives out the client's: the same
// bytes but for the edits of its lanes. A [Lane] is one text as a reader sees
// it, a choice's content or one string of tool arguments, put together from
// the pieces that events carry; the stream undoes the spelling of each piece
// and spells the lane's edits like the text around them.
//
// It guarantees that no byte outside an edit changes, that events leave whole
// and in their order, and that each does so as soon as no text in it is
// undecided. A sign of life alone may overtake. The client's bytes do not
// depend on how the provider's were cut. What waits is bounded; so is what is
// remembered. What cannot be read passes as it is and is counted, or ends a
// strict stream before it.
//
// The way of an answer through the files: sniff chooses a framing (sse,
// ndjson, whole, text), which cuts events; survey finds an event's strings and
// document gives each to its channel; a channel runs lanes over its text; queue
// lets the event go.
//
// Offsets and limits count bytes. A stream is used by one goroutine and does
// no I/O but the writes to its Out.
package streams
