package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"coatcheck/redact/plain"
)

// testPRF is HMAC-SHA256 under a fixed key.
type testPRF string

func (p testPRF) ComputePrimaryPRF(input []byte, outputLength uint32) ([]byte, error) {
	mac := hmac.New(sha256.New, []byte(p))
	mac.Write(input)
	return mac.Sum(nil)[:outputLength], nil
}

// lookup returns the value of a live token.
func lookup(l *Live, t Token) (plain.Text, bool) {
	if l == nil {
		return plain.Text{}, false
	}
	i, ok := slices.BinarySearch(l.lexicon.names, t.name())
	if !ok {
		return plain.Text{}, false
	}
	return l.values[i], true
}

type brokenPRF struct{ out []byte }

func (p brokenPRF) ComputePrimaryPRF([]byte, uint32) ([]byte, error) {
	if p.out == nil {
		return nil, errors.New("no key")
	}
	return p.out, nil
}

func testScope(t testing.TB, principal, host string) Scope {
	t.Helper()
	s, err := NewScope(testPRF("key"), principal, host)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mint(t testing.TB, m *Minter, label, value string) Token {
	t.Helper()
	tok, err := m.Mint(label, plain.New(value), Brackets)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestMintIsAFunctionOfScopeLabelAndValue(t *testing.T) {
	scope := testScope(t, "jane", "api.example.com")
	first := mint(t, NewMinter(scope), "EMAIL", "jane@example.com")
	if !first.Valid() {
		t.Fatalf("%v is not valid", first)
	}
	later := NewMinter(scope)
	mint(t, later, "PERSON", "Jane Doe")
	for range 2 {
		if again := mint(t, later, "EMAIL", "jane@example.com"); again != first {
			t.Errorf("another request minted %v, want %v", again, first)
		}
	}
	seen := map[string]string{first.ID: "first"}
	for _, tt := range []struct{ name, principal, host, label, value string }{
		{"principal", "john", "api.example.com", "EMAIL", "jane@example.com"},
		{"host", "jane", "api.example.net", "EMAIL", "jane@example.com"},
		{"names run together", "janeapi", ".example.com", "EMAIL", "jane@example.com"},
		{"label", "jane", "api.example.com", "ADDRESS", "jane@example.com"},
		{"value", "jane", "api.example.com", "EMAIL", "john@example.com"},
		{"case", "jane", "api.example.com", "EMAIL", "Jane@example.com"},
		{"label and value run together", "jane", "api.example.com", "EMAILJ", "ane@example.com"},
	} {
		got := mint(t, NewMinter(testScope(t, tt.principal, tt.host)), tt.label, tt.value)
		if other, ok := seen[got.ID]; ok {
			t.Errorf("another %s has the id of %s", tt.name, other)
		}
		seen[got.ID] = tt.name
	}
}

// TestMintedTokensStay pins what a release must not change: a conversation that
// goes on after an update still holds the old tokens.
func TestMintedTokensStay(t *testing.T) {
	m := NewMinter(testScope(t, "jane", "api.example.com"))
	if got, want := mint(t, m, "EMAIL", "jane@example.com").String(), "[EMAIL_MYXK3X]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMintKeepsCollidingValuesApart(t *testing.T) {
	scope := testScope(t, "jane", "api.example.com")
	const n = MaxValues
	m := NewMinter(scope)
	byToken := make(map[Token]string, n)
	for i := range n {
		v := fmt.Sprintf("user%d@example.com", i)
		tok := mint(t, m, "EMAIL", v)
		if other, ok := byToken[tok]; ok {
			t.Fatalf("%q and %q share %v", v, other, tok)
		}
		if strings.Trim(tok.ID, "0123456789") == "" || !strings.ContainsAny(tok.ID, "0123456789") {
			t.Fatalf("%v has no letter or no digit", tok)
		}
		byToken[tok] = v
	}
	if _, err := m.Mint("EMAIL", plain.New("one@example.com"), Brackets); !errors.Is(err, ErrTooMany) {
		t.Errorf("value %d gave %v, want ErrTooMany", n+1, err)
	}
	if tok := mint(t, m, "EMAIL", "user7@example.com"); byToken[tok] != "user7@example.com" {
		t.Error("a known value lost its token at the bound")
	}
	l := m.Live()
	if l.Len() != n {
		t.Fatalf("%d live tokens, want %d", l.Len(), n)
	}
	collided := 0
	for tok, v := range byToken {
		if got, ok := lookup(l, tok); !ok || !got.Equal(plain.New(v)) {
			t.Fatalf("%v does not lead to its value", tok)
		}
		if alone := mint(t, NewMinter(scope), "EMAIL", v); alone != tok {
			collided++
		}
	}
	t.Logf("%d of %d values collided", collided, n)
	if collided == 0 || collided > 20 {
		t.Errorf("%d collisions among %d values, expected about 5", collided, n)
	}
}

func TestMintRefusesOtherLabelsAndNoScope(t *testing.T) {
	m := NewMinter(testScope(t, "jane", "api.example.com"))
	for _, label := range []string{"", "A", "email", "E_MAIL", "EMAIL1", strings.Repeat("A", 13), "É\x00"} {
		if _, err := m.Mint(label, plain.New("x"), Brackets); err == nil {
			t.Errorf("label %q was taken", label)
		}
	}
	if _, err := NewMinter(Scope{}).Mint("EMAIL", plain.New("x"), Brackets); err == nil {
		t.Error("minted without a scope")
	}
	if _, err := m.Mint(Literal, plain.New("[EMAIL_7K3QXM]"), Brackets); err != nil {
		t.Errorf("LITERAL: %v", err)
	}
}

func TestLiveIsFrozen(t *testing.T) {
	m := NewMinter(testScope(t, "jane", "api.example.com"))
	early := mint(t, m, "EMAIL", "jane@example.com")
	l := m.Live()
	late := mint(t, m, "EMAIL", "john@example.com")
	if _, ok := lookup(l, late); ok || l.Len() != 1 {
		t.Error("a later mint joined the live set")
	}
	if _, ok := lookup(l, early); !ok {
		t.Error("an earlier mint is missing")
	}
}

func TestLiveLeavesOutWhatCannotBe(t *testing.T) {
	l := NewLive([]Token{
		{Label: "EMAIL", ID: "7K3QXM"},
		{Label: "EMAIL", ID: "7K3QXM"},
		{Label: "EMAIL", ID: "7K3QX"},
		{Label: "EMAIL", ID: "7K3QXU"},
		{Label: "EMAIL", ID: "7K3\x00XM"},
		{Label: "email", ID: "7K3QXM"},
		{Label: "PHONE", ID: "7K3QXM"},
	}, func(t Token) (plain.Text, bool) { return plain.New("v"), t.Label != "PHONE" })
	if l.Len() != 1 {
		t.Errorf("%d tokens, want 1", l.Len())
	}
	var none *Live
	if _, ok := lookup(none, Token{Label: "EMAIL", ID: "7K3QXM"}); ok || none.Len() != 0 {
		t.Error("nil is not the empty set")
	}
}

func TestScopeNeedsItsParts(t *testing.T) {
	for _, tt := range []struct {
		name            string
		prf             PRF
		principal, host string
	}{
		{"no principal", testPRF("key"), "", "api.example.com"},
		{"no host", testPRF("key"), "jane", ""},
		{"failing function", brokenPRF{}, "jane", "api.example.com"},
		{"short output", brokenPRF{make([]byte, 16)}, "jane", "api.example.com"},
	} {
		if _, err := NewScope(tt.prf, tt.principal, tt.host); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
	}
}

func TestNothingPrintsPrivateText(t *testing.T) {
	scope := testScope(t, "jane", "api.example.com")
	key := []byte(scope.key.Reveal(plain.Access{}))
	m := NewMinter(scope)
	tok := mint(t, m, "EMAIL", "jane@example.com")
	r := NewRestorer(m.Live(), nil)
	r.Push(tok.String() + " [")
	for _, v := range []any{scope, struct{ in any }{scope}, m, *m, m.Live(), *m.Live(), r, struct{ in any }{r}, struct{ in any }{m}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			got := fmt.Sprintf(verb, v)
			for _, secret := range []string{
				"jane@", "6a616e65", strings.Trim(fmt.Sprint([]byte("jane")), "[]"),
				string(key[:4]), fmt.Sprintf("%x", key[:4]), strings.Trim(fmt.Sprint(key[:4]), "[]"),
			} {
				if strings.Contains(got, secret) {
					t.Errorf("%T as %s prints %q", v, verb, got)
				}
			}
		}
	}
}

func TestIDIsTheFirstBitsOfTheMAC(t *testing.T) {
	scope := testScope(t, "jane", "api.example.com")
	for i := range 50 {
		value := fmt.Sprint("value ", i)
		mac := hmac.New(sha256.New, []byte(scope.key.Reveal(plain.Access{})))
		mac.Write([]byte{0, 0, 0, 0, 0, 0, 0, 5})
		mac.Write([]byte("EMAIL"))
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(value))))
		mac.Write([]byte(value))
		bits := binary.BigEndian.Uint32(mac.Sum(nil))
		want := ""
		for shift := 27; shift >= 2; shift -= 5 {
			want += string(alphabet[bits>>shift&31])
		}
		if !strings.ContainsAny(want, "0123456789") || strings.Trim(want, "0123456789") == "" {
			continue
		}
		if got := mint(t, NewMinter(scope), "EMAIL", value); got.ID != want {
			t.Errorf("value %d: id %s, want %s", i, got.ID, want)
		}
	}
}

func BenchmarkMint(b *testing.B) {
	scope := testScope(b, "jane", "api.example.com")
	b.Run("new", func(b *testing.B) {
		values := make([]plain.Text, MaxValues)
		for i := range values {
			values[i] = plain.New(fmt.Sprintf("user%d@example.com", i))
		}
		b.ReportAllocs()
		var m *Minter
		i := 0
		for b.Loop() {
			if i%10_000 == 0 {
				m, i = NewMinter(scope), 0
			}
			if _, err := m.Mint("EMAIL", values[i], Brackets); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
	b.Run("known", func(b *testing.B) {
		m := NewMinter(scope)
		v := plain.New("jane@example.com")
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Mint("EMAIL", v, Brackets); err != nil {
				b.Fatal(err)
			}
		}
	})
}
