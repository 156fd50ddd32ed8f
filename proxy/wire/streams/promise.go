package streams

import "coatcheck/proxy/wire/media"

// Promise is what the head of an answer says of its body.
type Promise uint8

// The promises of an answer's head.
const (
	PromiseText   Promise = iota // text of some kind, or bytes that may be
	PromiseEvents                // a stream of events, whose client waits for the head
	PromiseMedia                 // pictures, sound, video and fonts: no text for a lane
	PromiseUnread                // what [Stream] cannot read: another type, or a part of a document
)

// PromiseOf reads a Content-Type header and a status.
func PromiseOf(contentType string, status int) Promise {
	return promiseOf(media.Parse(contentType).Kind, status)
}

func promiseOf(k media.Kind, status int) Promise {
	switch {
	case k == media.Asset:
		return PromiseMedia
	case k == media.Other || status == 206:
		return PromiseUnread
	case k == media.Events:
		return PromiseEvents
	}
	return PromiseText
}
