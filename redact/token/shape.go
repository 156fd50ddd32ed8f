package token

// Shape renders a token for a place and reads it there. A shape must read what
// it renders and nothing else; tolerance is the [Restorer]'s business.
type Shape interface {
	Render(t Token) string
	Parse(s string) (t Token, ok bool)
}

var (
	// Brackets is the shape in free text: [EMAIL_7K3QXM].
	Brackets Shape = brackets{}
	// Bare is the shape in identifier fields, which often refuse brackets: EMAIL_7K3QXM.
	Bare Shape = bare{}
)

type brackets struct{}

func (brackets) Render(t Token) string { return "[" + t.name() + "]" }

func (brackets) Parse(s string) (Token, bool) {
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		return Token{}, false
	}
	return Bare.Parse(s[1 : len(s)-1])
}

type bare struct{}

func (bare) Render(t Token) string { return t.name() }

func (bare) Parse(s string) (Token, bool) {
	cut := len(s) - idLen - 1
	if cut < minLabel || s[cut] != '_' {
		return Token{}, false
	}
	t := Token{Label: s[:cut], ID: s[cut+1:]}
	return t, t.Valid()
}
