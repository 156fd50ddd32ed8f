package wire

import (
	"mime"
	"strings"
)

// kind is what a Content-Type promises of a body, in either direction. Labels
// lie: event streams come as application/json and JSON as text/plain, so the
// first bytes are asked too.
type kind uint8

const (
	kindNone   kind = iota // no type at all
	kindText               // text as it stands
	kindSyntax             // text in a syntax of its own: XML, YAML, programs
	kindJSON
	kindLines  // JSON, a document a line
	kindEvents // server-sent events
	kindForm
	kindBytes // bytes that may be anything
	kindOther // anything else
)

// parseMediaType returns type and charset of a Content-Type header in lower
// case. A header that cannot be parsed still has a type.
func parseMediaType(header string) (name, charset string) {
	name, params, err := mime.ParseMediaType(header)
	if err != nil {
		name, _, _ = strings.Cut(header, ";")
		name = strings.ToLower(strings.TrimSpace(name))
	}
	return name, strings.ToLower(params["charset"])
}

// kindOf returns what the type of that name, in lower case, promises.
func kindOf(name string) kind {
	switch name {
	case "":
		return kindNone
	case "application/json", "text/json":
		return kindJSON
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines",
		"application/x-jsonlines", "application/x-json-stream", "application/stream+json":
		return kindLines
	case "text/event-stream":
		return kindEvents
	case "application/x-www-form-urlencoded":
		return kindForm
	case "application/octet-stream", "binary/octet-stream":
		return kindBytes
	case "application/yaml", "application/x-yaml", "application/toml", "application/sql", "application/graphql",
		"application/javascript", "application/x-javascript", "application/typescript", "application/x-sh":
		return kindSyntax // what models write as files
	}
	switch {
	case strings.HasSuffix(name, "+json"):
		return kindJSON
	case strings.HasPrefix(name, "text/"):
		return kindText
	case strings.HasSuffix(name, "/xml"), strings.HasSuffix(name, "+xml"):
		return kindSyntax
	}
	return kindOther
}

// asciiCharset reports whether the ASCII characters of a charset are one byte each.
func asciiCharset(charset string) bool {
	switch charset {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252":
		return true
	}
	return false
}

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
	name, _ := parseMediaType(contentType)
	k := kindOf(name)
	major, _, _ := strings.Cut(name, "/")
	switch {
	case k == kindOther && (major == "image" || major == "audio" || major == "video" || major == "font"):
		return PromiseMedia
	case k == kindOther || status == 206:
		return PromiseUnread
	case k == kindEvents:
		return PromiseEvents
	}
	return PromiseText
}
