package proxy

import (
	"context"
	"errors"
	"time"

	"coatcheck/proxy/reason"
	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/bodies"
	"coatcheck/proxy/wire/rawjson"
	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/redact/token"
	"coatcheck/rules"
)

// lifetime is how long the vault keeps a request's values if the exchange
// never ends; it ends, and deletes them, long before.
const lifetime = 24 * time.Hour

// tokenCost is more than what a token is longer than its value, in bytes.
const tokenCost = 64

// tokenize replaces every finding by the token of its value and builds the
// request that leaves. What cannot be replaced is refused.
func (p *Proxy) tokenize(ctx context.Context, x *exchange) error {
	scope, err := token.NewScope(p.cfg.PRF(), string(x.in.Origin.Principal), x.in.Provider.Host)
	if err != nil {
		return refusing(reason.Internal, err)
	}
	t := tokenizer{x: x, mint: token.NewMinter(scope), known: map[token.Token]bool{}, values: map[string]int{}}
	x.sending.tokens = make([]string, len(x.request.findings))
	p.shape(x)
	edits, err := t.edits()
	if err != nil {
		return err
	}
	if len(edits) > 0 {
		if err := p.hold(x, x.request.body.Size()+tokenCost*int64(len(edits))); err != nil {
			return err
		}
	}
	body, err := x.request.body.Splice(edits)
	if err != nil { // a field that its tokens would make too long, or an edit inside an escape
		return refusing(reason.Unplaceable, err)
	}
	if x.sending.live, err = p.keep(ctx, x, t); err != nil {
		return err
	}
	x.sending.live = x.sending.live.Own(p.guard, ownTexts(&x.request, edits))
	x.sending.values, x.state = t.values, clean
	return p.leave(x, body, len(edits) > 0)
}

// tokenizer collects the edits of one request, leaf by leaf.
type tokenizer struct {
	x      *exchange
	mint   *token.Minter
	minted []kept
	known  map[token.Token]bool
	values map[string]int
}

type kept struct {
	token token.Token
	value plain.Text
}

func (t *tokenizer) edits() ([]bodies.Edit, error) {
	findings := t.x.request.findings
	var edits []bodies.Edit
	next := 0
	for i, leaf := range t.x.request.body.Leaves {
		first := next
		for next < len(findings) && findings[next].Field == i {
			next++
		}
		e, err := t.leaf(i, leaf, first, next)
		if err != nil {
			return nil, err
		}
		edits = append(edits, e...)
	}
	for _, f := range findings[next:] { // what is left stands in the head
		if f.Action != rules.Allow && f.Action != rules.Observe {
			return nil, &refusal{reason: reason.Unplaceable, where: t.x.request.fields[f.Field].Path}
		}
	}
	return edits, nil
}

// leaf replaces the findings [first, next) of one string; between them, text
// that already looks like a token is shielded, so that nobody's text can name
// a value.
func (t *tokenizer) leaf(i int, leaf bodies.Leaf, first, next int) ([]bodies.Edit, error) {
	var edits []bodies.Edit
	done := 0
	cover := func(to int) error {
		if leaf.Kind == rawjson.KindNumber || leaf.Class == wire.ClassNever {
			return nil
		}
		for _, r := range t.x.sending.shield.Find(leaf.Text[done:to]) {
			text, err := t.token(leaf, token.Literal, token.Literal, leaf.Text[done+r.Start:done+r.End])
			if err != nil {
				return err
			}
			edits = append(edits, bodies.Edit{Leaf: i, Start: done + r.Start, End: done + r.End, With: text})
		}
		return nil
	}
	for k := first; k < next; k++ {
		f := t.x.request.findings[k]
		switch f.Action {
		case rules.Allow, rules.Observe:
			continue
		case rules.Block:
			return nil, &refusal{reason: reason.Blocked, where: leaf.Path}
		}
		if leaf.Class == wire.ClassNever {
			return nil, &refusal{reason: reason.Unplaceable, where: leaf.Path}
		}
		if err := cover(f.Start); err != nil {
			return nil, err
		}
		with, err := t.replacement(leaf, f)
		if err != nil {
			return nil, err
		}
		edits = append(edits, bodies.Edit{Leaf: i, Start: f.Start, End: f.End, With: with})
		t.x.sending.tokens[k] = with
		done = f.End
	}
	if err := cover(len(leaf.Text)); err != nil {
		return nil, err
	}
	return edits, nil
}

// replacement is the text that stands in a finding's place. A mask says what
// stood there and is never restored.
func (t *tokenizer) replacement(leaf bodies.Leaf, f redact.Finding) (string, error) {
	if f.Action == rules.Mask {
		return "[" + f.Label + "]", nil
	}
	return t.token(leaf, f.Entity, f.Label, leaf.Text[f.Start:f.End])
}

func (t *tokenizer) token(leaf bodies.Leaf, entity, label, value string) (string, error) {
	if !leaf.Free && leaf.Kind != rawjson.KindString {
		return "", &refusal{reason: reason.Unplaceable, where: leaf.Path}
	}
	v := plain.New(value)
	tok, err := t.mint.Mint(label, v, t.x.shapeFor(leaf, entity, value))
	if errors.Is(err, token.ErrTooMany) {
		return "", refusing(reason.TooMany, nil)
	}
	if err != nil {
		return "", refusing(reason.Internal, err)
	}
	if !t.known[tok] {
		t.known[tok] = true
		t.minted = append(t.minted, kept{tok, v})
		if label != token.Literal { // what looked like a token is nobody's value
			t.values[label]++
		}
	}
	if leaf.Bare {
		return token.Bare.Render(tok), nil
	}
	return tok.String(), nil
}

// keep puts the request's values into the vault and freezes the live set: the
// tokens, and no others, that the answer may restore.
func (p *Proxy) keep(ctx context.Context, x *exchange, t tokenizer) (*token.Live, error) {
	tokens := make([]token.Token, 0, len(t.minted))
	for _, k := range t.minted {
		x.sending.stored = true
		if err := p.cfg.Vault.Put(ctx, x.id, k.token.String(), k.value, lifetime); err != nil {
			return nil, refusing(reason.Vault, err)
		}
		tokens = append(tokens, k.token)
	}
	return token.NewLive(tokens, func(tok token.Token) (plain.Text, bool) {
		v, err := p.cfg.Vault.Get(context.WithoutCancel(ctx), x.id, tok.String())
		return v, err == nil
	}), nil
}
