package journal

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// MaxBody is how many bytes of a body are kept.
const MaxBody = 1 << 20

// Open is what is known of an exchange before anything leaves.
type Open struct {
	Clear  OpenClear  `json:"clear"`
	Secret OpenSecret `json:"secret"`
}

// OpenClear is readable without a key. Words are closed: a name that a client
// chose, such as a model's, is a word from a table or "other".
type OpenClear struct {
	Exchange  string         `json:"exchange"`
	Digest    string         `json:"digest,omitempty"` // of the rules that looked at it
	Mode      string         `json:"mode,omitempty"`   // the way in: connect, plain, base_url, …
	Provider  string         `json:"provider,omitempty"`
	Route     string         `json:"route,omitempty"`
	Model     string         `json:"model,omitempty"`
	Stream    bool           `json:"stream,omitempty"`
	Received  int64          `json:"received_bytes"` // body as the client sent it
	Sent      int64          `json:"sent_bytes"`     // body as it leaves
	Entities  map[string]int `json:"entities,omitempty"`
	Actions   map[string]int `json:"actions,omitempty"`
	Tokens    int            `json:"tokens,omitempty"`
	Unscanned int            `json:"unscanned,omitempty"` // parts that cannot be read, as images
	Unshaped  int            `json:"unshaped,omitempty"`  // schemas whose strings no token fits
}

// OpenSecret is sealed. It never holds credentials or private values: what was
// found is named by place, and bodies are kept as they leave.
type OpenSecret struct {
	Principal string `json:"principal,omitempty"`
	Client    string `json:"client,omitempty"` // address
	Host      string `json:"host,omitempty"`
	Method    string `json:"method,omitempty"`
	Path      string `json:"path,omitempty"` // with its query, as it leaves
	Model     string `json:"model,omitempty"`
	Spans     []Span `json:"spans,omitempty"`
	Unlisted  int    `json:"unlisted,omitempty"` // further places, too many to list
	// Unshaped are the places of schemas whose strings no token fits, not all if there are many.
	Unshaped []string `json:"unshaped,omitempty"`
	Sent     *Body    `json:"sent,omitempty"`
}

// Span is one place where something was found.
type Span struct {
	Path   string `json:"path"` // of the field
	Entity string `json:"entity"`
	Rule   string `json:"rule"`
	Start  int    `json:"start"` // bytes in the field's text before the change
	End    int    `json:"end"`
	Action string `json:"action"`
	Token  string `json:"token,omitempty"`
}

// Close is what became of an exchange.
type Close struct {
	Clear  CloseClear  `json:"clear"`
	Secret CloseSecret `json:"secret"`
}

// CloseClear is readable without a key.
type CloseClear struct {
	Exchange string `json:"exchange"`
	Outcome  string `json:"outcome"` // done, refused, failed, canceled, …
	Status   int    `json:"status,omitempty"`
	Stage    string `json:"stage,omitempty"`  // that refused or failed
	Reason   string `json:"reason,omitempty"` // of the refusal
	Duration int64  `json:"duration_ms"`
	Received int64  `json:"received_bytes"` // body as the provider sent it
	Returned int64  `json:"returned_bytes"` // body as the client got it
	Restored int    `json:"restored,omitempty"`
	Unknown  int    `json:"unknown,omitempty"` // tokens that are not this exchange's
	Guarded  int    `json:"guarded,omitempty"` // tokens left where they would leak

	Made   map[string]int `json:"made,omitempty"`   // by entity, what the model wrote and the caller never sent
	Unread bool           `json:"unread,omitempty"` // not all of the answer could be looked at for it
}

// CloseSecret is sealed.
type CloseSecret struct {
	Answer *Body `json:"answer,omitempty"` // as the provider wrote it
}

// Event is something outside an exchange: a tunnel that is not protected, a
// refused connection, a start or a stop.
type Event struct {
	Clear  EventClear  `json:"clear"`
	Secret EventSecret `json:"secret"`
}

// EventClear is readable without a key.
type EventClear struct {
	Name   string `json:"name"` // tunnel, refused_connect, start, …
	Reason string `json:"reason,omitempty"`
	Count  int64  `json:"count,omitempty"`
}

// EventSecret is sealed.
type EventSecret struct {
	Principal string `json:"principal,omitempty"`
	Client    string `json:"client,omitempty"`
	Host      string `json:"host,omitempty"`
	Detail    string `json:"detail,omitempty"`
}

// Config is what a file was written under. It is in clear.
type Config struct {
	Version  string   `json:"version"`
	Digest   string   `json:"digest"` // of the rules
	Auditors []string `json:"auditors"`
}

// Body is a body or the beginning of one.
type Body struct {
	Bytes     []byte `json:"bytes"`
	Size      int64  `json:"size"` // of the whole, in bytes
	Truncated bool   `json:"truncated,omitempty"`
}

// Cut returns b as a Body of at most [MaxBody] bytes. It shares b's memory.
func Cut(b []byte) *Body {
	n := min(len(b), MaxBody)
	return &Body{Bytes: b[:n:n], Size: int64(len(b)), Truncated: n < len(b)}
}

// capped returns the body within the bound, whoever filled it.
func (b *Body) capped() *Body {
	if b == nil || len(b.Bytes) <= MaxBody {
		return b
	}
	return &Body{Bytes: b.Bytes[:MaxBody], Size: max(b.Size, int64(len(b.Bytes))), Truncated: true}
}

// Entry is one thing that [Read] found: exactly one of Exchange, Event, Config
// and Gap is set.
type Entry struct {
	Time     time.Time `json:"time"`
	Stream   string    `json:"stream"`
	File     string    `json:"file"` // base name of the file that it begins in
	Exchange *Exchange `json:"exchange,omitempty"`
	Event    *Event    `json:"event,omitempty"`
	Config   *Config   `json:"config,omitempty"`
	Gap      *Gap      `json:"gap,omitempty"`
}

// Exchange is an exchange. Close is nil when none was written: the process
// ended first, or is still at it. Open is nil when its file is missing.
type Exchange struct {
	ID     string    `json:"id"`
	Opened time.Time `json:"opened,omitzero"`
	Closed time.Time `json:"closed,omitzero"`
	Open   *Open     `json:"open,omitempty"`
	Close  *Close    `json:"close,omitempty"`
	// Unsure says that the opening was not known to be on the medium when its
	// file was given up: with [SyncGroup] Begin has failed.
	Unsure bool `json:"unsure,omitempty"`
}

// mark is what sealed parts look like to fmt and slog. JSON shows them: that is
// how they are written and how an auditor reads them.
const mark = "[sealed]"

// Format prints a mark in place of the content.
func (OpenSecret) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, mark) }

// Format prints a mark in place of the content.
func (CloseSecret) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, mark) }

// Format prints a mark in place of the content.
func (EventSecret) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, mark) }

// LogValue returns a mark in place of the content.
func (OpenSecret) LogValue() slog.Value { return slog.StringValue(mark) }

// LogValue returns a mark in place of the content.
func (CloseSecret) LogValue() slog.Value { return slog.StringValue(mark) }

// LogValue returns a mark in place of the content.
func (EventSecret) LogValue() slog.Value { return slog.StringValue(mark) }
