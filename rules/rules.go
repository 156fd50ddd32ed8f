// Package rules holds the rule file format: what a security team writes, read
// strictly and checked whole.
//
// The law it keeps: no key is silently ignored. A file is accepted only if the
// engine honours everything in it; otherwise every fault is reported at once,
// as file:line:col, with a suggestion where a name was misspelled.
//
//	set, err := rules.Load(os.DirFS("/etc/coatcheck"), "rules.yaml")
//
// The package detects nothing; package redact does.
package rules

import "fmt"

// APIVersion is the version that a rule file must declare.
const APIVersion = "coatcheck/rules/v1"

// Action says what happens to a finding.
type Action string

// The actions, from the strictest to the mildest.
const (
	Block    Action = "block"    // the request is refused
	Mask     Action = "mask"     // replaced for good, never restored
	Tokenize Action = "tokenize" // replaced by a token, restored in the answer
	Observe  Action = "observe"  // passes, counted and logged
	Allow    Action = "allow"    // passes, counted; never covers another rule's finding
)

var actions = []Action{Block, Mask, Tokenize, Observe, Allow}

// Strictness orders actions: the greater wins a byte that two rules claim.
// An unknown action is 0, below all others.
func (a Action) Strictness() int {
	for i, known := range actions {
		if a == known {
			return len(actions) - i
		}
	}
	return 0
}

// OnTimeout says what becomes of the text that a pattern could not decide in time.
type OnTimeout string

// A window of undecided text is either refused or treated as found.
const (
	TimeoutBlock    OnTimeout = "block"
	TimeoutTokenize OnTimeout = "tokenize"
)

// Defaults of the optional fields.
const (
	DefaultConfidence    = 0.8
	DefaultMinConfidence = 0.5
	DefaultBoost         = 0.4
	DefaultPenalty       = 0.4
	DefaultWindow        = 48  // runes
	DefaultMaxMatch      = 256 // runes
	MaxMaxMatch          = 16384
)

// Rule finds one kind of value. Rules are immutable once loaded.
type Rule struct {
	ID            string // stable and unique, such as "us.ssn"
	Entity        string // a canonical type, or the owner's own
	Label         string // the word that a token shows, [A-Z]{2,12}
	Description   string
	Patterns      []Pattern
	Capture       string // the group that is the finding; empty means the whole match
	Validators    []Validator
	Context       Context
	Keywords      Keywords      `json:",omitzero"` // without them a match is none
	Require       []Requirement `json:",omitzero"` // all of them
	Entropy       float64       // bits per character; a value with less is no finding
	Allow         Exempt
	MinConfidence float64 // a hit that scores below is dropped
	MaxMatch      int     // runes; a pattern that can match more is refused
	Certain       bool    // the shape alone is evidence: no look-alikes exist
	Action        Action
	OnTimeout     OnTimeout
	Examples      Examples
	Pos           Pos `json:"-"`
	Changed       Pos `json:"-"` // of the override that changed it last, if one did
}

// Place is where a fault of the rule is best reported that was found at p: an
// override's author has no other file.
func (r *Rule) Place(p Pos) Pos {
	if r.Changed != (Pos{}) && p.File != r.Changed.File {
		return r.Changed
	}
	return p
}

// Pattern is one regular expression of a rule, in RE2 spelling plus
// look-around, back-references and atomic groups.
type Pattern struct {
	Regex      string
	Flags      string // of "imsx"
	Confidence float64
	Pos        Pos `json:"-"`
}

// OnFail says what a failed validator does to a hit.
type OnFail string

// A value that fails its checksum is dropped; or it is kept and must find its
// evidence elsewhere, because a mistyped number is still private.
const (
	FailDrop OnFail = "drop"
	FailKeep OnFail = "keep"
)

// Validator names a check of the engine.
type Validator struct {
	Name   string
	OnFail OnFail
	OnPass float64 // the score that a pass sets; 0 leaves it alone
	Pos    Pos     `json:"-"`
}

// Context is evidence around a hit: whole words, case folded. Words of a field's
// key count like words before the hit; negative words count only there.
type Context struct {
	Words    []string
	Negative []string
	Window   int // runes before the hit
	After    int // runes after the hit
	Boost    float64
	Penalty  float64
}

// Keywords are pieces of text, in any letter case, of which one must stand near
// a match: otherwise it is none, whatever else speaks for it. The zero value
// asks for nothing.
type Keywords struct {
	Any    []string
	Within int   // runes before or behind the match; 0 is anywhere in the text
	Where  Where // empty is Anywhere
}

// Where says on which side of a match a keyword counts. The name of the field
// counts as in front of it, and so does the match itself in Anywhere.
type Where string

// The sides of a match.
const (
	Anywhere Where = "both"
	Ahead    Where = "before"
	Behind   Where = "after"
	InKey    Where = "key" // the field's name alone
)

// Requirement is another rule that must find something near a match in the same
// text, whatever its action; what other rules take from that does not count.
type Requirement struct {
	Rule   string
	Within int // runes between the two; 0 is anywhere in the text
	Pos    Pos `json:"-"`
}

// MaxWithin is the greatest distance that a requirement may ask for, in runes.
const MaxWithin = 10_000

// Exempt lists values that look like findings and are none. It speaks for its
// own rule alone.
type Exempt struct {
	Values  []string // the whole value, letter by letter
	Regexes []string // Go's RE2 syntax, anywhere in the value
	Words   []string // anywhere in the value, in any letter case
	// Reserved names classes of values that nobody has, such as test-card; see
	// ReservedClasses. Without it they are found like all others.
	Reserved []string
}

// MaxEntropy is the highest entropy that a rule may ask for: that of random bytes.
const MaxEntropy = 8

// Examples are the rule's own tests.
type Examples struct {
	Match []Example
	Skip  []Example
}

// Example is a text, the key of the field it stands in, if any, and, if Span is
// set, the exact finding in it.
type Example struct {
	Text string
	Key  string
	Span string
	Pos  Pos `json:"-"`
}

// Test is a text and what becomes of it under all rules together: Want is the
// text with each finding replaced by its label in brackets, as in "see [CASE]".
// What passes, by observe or allow, stays.
type Test struct {
	Text string
	Key  string
	Want string
	Pos  Pos
}

// Pos is a place in a rule file; lines and columns count from 1.
type Pos struct {
	File string
	Line int
	Col  int
}

// String returns file:line:col.
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// Set is a list of rules in order of precedence. It is immutable.
type Set struct {
	Rules  []Rule
	Tests  []Test
	Shapes map[string]Shape // by entity, ShapeAuto where none is given
	Digest string           // hex SHA-256 over the rules as they apply
	Packs  []string         // id@version of each pack in it

	packs []pack
}
