// Package media reads what a Content-Type header says of a body (RFC 9110,
// 8.3), in one table for requests and answers.
//
// A header is a promise and not more: event streams come as application/json
// and JSON as text/plain, so whoever reads a body asks its first bytes too.
package media

import (
	"mime"
	"strings"
)

// Kind is the sort of body that a type stands for.
type Kind uint8

// The kinds of bodies.
const (
	None   Kind = iota // no type at all
	Text               // text as it stands
	Syntax             // text in a syntax of its own: XML, YAML, programs
	JSON
	Lines  // JSON, a document a line
	Events // server-sent events
	Form   // application/x-www-form-urlencoded
	Bytes  // bytes that may be anything
	Asset  // pictures, sound, video and fonts
	Other  // anything else
)

// Type is what a header says.
type Type struct {
	Kind Kind
	// ASCII says that the ASCII characters of the body's charset are one byte
	// each. It is true where no charset is named.
	ASCII bool
}

// Parse reads a Content-Type header. One that is malformed still has a kind.
func Parse(header string) Type {
	name, params, err := mime.ParseMediaType(header)
	if err != nil {
		name, _, _ = strings.Cut(header, ";")
		name = strings.ToLower(strings.TrimSpace(name))
	}
	return Type{kindOf(name), isASCII(strings.ToLower(params["charset"]))}
}

// kindOf returns the kind of the type of that name, in lower case.
func kindOf(name string) Kind {
	switch name {
	case "":
		return None
	case "application/json", "text/json":
		return JSON
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines",
		"application/x-jsonlines", "application/x-json-stream", "application/stream+json":
		return Lines
	case "text/event-stream":
		return Events
	case "application/x-www-form-urlencoded":
		return Form
	case "application/octet-stream", "binary/octet-stream":
		return Bytes
	case "application/yaml", "application/x-yaml", "application/toml", "application/sql", "application/graphql",
		"application/javascript", "application/x-javascript", "application/typescript", "application/x-sh":
		return Syntax // what models write as files
	}
	switch {
	case strings.HasSuffix(name, "+json"):
		return JSON
	case strings.HasPrefix(name, "text/"):
		return Text
	case strings.HasSuffix(name, "/xml"), strings.HasSuffix(name, "+xml"):
		return Syntax
	}
	switch major, _, _ := strings.Cut(name, "/"); major {
	case "image", "audio", "video", "font":
		return Asset
	}
	return Other
}

func isASCII(charset string) bool {
	switch charset {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252":
		return true
	}
	return false
}
