package token

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"coatcheck/redact/plain"
)

// nativeLive is a live set with each native shape, and what it restores to.
func nativeLive() (*Live, map[Shape]string) {
	values := map[Token]string{}
	byShape := map[Shape]string{}
	for i, s := range NativeShapes() {
		value := fmt.Sprintf("value%d", i)
		values[Token{Label: "ID", ID: "7K3QX" + string(alphabet[i]), Shape: s}] = value
		byShape[s] = value
	}
	return live(values), byShape
}

func nativeText(i int) string {
	return NativeShapes()[i].Render(Token{Label: "ID", ID: "7K3QX" + string(alphabet[i])})
}

func TestNativeTokensAreRestored(t *testing.T) {
	l, values := nativeLive()
	for i, s := range NativeShapes() {
		text, value := nativeText(i), values[s]
		spellings := []string{text, strings.ToUpper(text), fmt.Sprintf("[ID_7K3QX%c]", alphabet[i])}
		switch s {
		case Phone:
			spellings = append(spellings, text[:4]+" "+text[4:7]+" "+text[7:10]+"-"+text[10:])
		case IBAN:
			spellings = append(spellings, text[:4]+" "+text[4:8]+" "+text[8:12]+" "+text[12:16]+" "+text[16:])
		case Digits:
			spellings = append(spellings, text[:3]+"-"+text[3:6]+"."+text[6:])
		}
		for _, spelled := range spellings {
			for _, around := range []string{"%s", "to %s.", "(%s), ok", "„%s“", "a\n%s\nb", "中%s文", `"%s"`, "%s %[1]s"} {
				in := fmt.Sprintf(around, spelled)
				want := strings.ReplaceAll(in, spelled, value)
				for size := 1; size <= len(in); size++ {
					if got := restore(t, NewRestorer(l, nil), cut(in, size)...); got != want {
						t.Fatalf("%v: %q in pieces of %d: %q, want %q", s, in, size, got, want)
					}
				}
			}
		}
	}
}

func TestWhatIsNoNativeTokenStays(t *testing.T) {
	l, _ := nativeLive()
	for i, s := range NativeShapes() {
		text := nativeText(i)
		stays := []string{text[:len(text)-2], "x" + text + "x", s.Render(Token{Label: "ID", ID: "000001"})}
		switch s {
		case Email:
			stays = append(stays, "john."+text, "a-"+text, "a+"+text, text+".com", text+"-x.com", strings.Replace(text, ".", " ", 1))
		case IPv4:
			stays = append(stays, text+".7", "7."+text, text+"7", "1"+text)
		case IPv6:
			stays = append(stays, text+":7", text+".7", "7:"+text, text+"f")
		case MAC:
			stays = append(stays, text+":07", "07:"+text, strings.ReplaceAll(text, ":", "-"))
		case Phone, Digits:
			stays = append(stays, text+"7", text[:7]+"  "+text[7:], text[:7]+"/"+text[7:])
		case UUID:
			stays = append(stays, text+"-7", "7-"+text, strings.ReplaceAll(text, "-", ""))
		case URL:
			stays = append(stays, strings.TrimSuffix(text, "/"), strings.Replace(text, "https", "http", 1))
		}
		for _, in := range stays {
			if s == Digits && strings.HasPrefix(in, "+") {
				continue
			}
			if got := restore(t, NewRestorer(l, nil), cut(in, 1)...); got != in {
				t.Errorf("%v: %q became %q", s, in, got)
			}
		}
	}
}

// TestSharedNativesAreKeptApart: two ids may have one address of version 4.
func TestSharedNativesAreKeptApart(t *testing.T) {
	scope := testScope(t, "jane", "api.example.com")
	m := NewMinter(scope)
	seen := map[string]int{}
	moved := 0
	for i := range 20_000 {
		v := plain.New(fmt.Sprint("value ", i))
		tok, err := m.Mint("IP", v, IPv4)
		if err != nil {
			t.Fatal(err)
		}
		if other, taken := seen[tok.String()]; taken {
			t.Fatalf("values %d and %d share %v", i, other, tok)
		}
		seen[tok.String()] = i
		if alone, _ := NewMinter(scope).Mint("IP", v, IPv4); alone != tok {
			moved++
		}
	}
	if moved == 0 || moved > 40 {
		t.Errorf("%d of 20000 addresses moved, expected about 5", moved)
	}
	l := m.Live()
	for text, i := range seen {
		if got := restore(t, NewRestorer(l, nil), text); got != fmt.Sprint("value ", i) {
			t.Fatalf("%s restores to %q", text, got)
		}
	}
}

// TestOneValueInTwoShapes: a value of two entities has one id and two spellings.
func TestOneValueInTwoShapes(t *testing.T) {
	m := NewMinter(testScope(t, "jane", "api.example.com"))
	v := plain.New("jane@example.com")
	a, _ := m.Mint("EMAIL", v, Brackets)
	b, err := m.Mint("EMAIL", v, Email)
	if err != nil || a.ID != b.ID || a.String() == b.String() {
		t.Fatalf("%v and %v, %v", a, b, err)
	}
	if got := restore(t, NewRestorer(m.Live(), nil), a.String()+" "+b.String()); got != "jane@example.com jane@example.com" {
		t.Errorf("restored %q", got)
	}
}

// nativeMix joins native tokens, live and others, and what nearly is one.
func nativeMix(rnd *rand.Rand) string {
	var b strings.Builder
	for range rnd.IntN(8) {
		i := rnd.IntN(len(NativeShapes()))
		text := nativeText(i)
		switch rnd.IntN(6) {
		case 0:
			text = text[:rnd.IntN(len(text))]
		case 1:
			at := rnd.IntN(len(text))
			text = text[:at] + string(" -.:x7+@["[rnd.IntN(9)]) + text[at:]
		case 2:
			text = strings.ToUpper(text)
		case 3:
			text = NativeShapes()[i].Render(Token{Label: "ID", ID: "A0B1C9"})
		}
		b.WriteString(text)
		b.WriteString([]string{"", " ", ".", "-", ":", "@", "+", "/", "x", "7", "\n", "é", " [EMAIL_7K3QXM] "}[rnd.IntN(13)])
	}
	return b.String()
}

// everyNative is the live set with each native token that a text could mean:
// those read by the shield's own layouts would prove nothing, so ids are tried
// at every place.
func everyNative(text string) *Live {
	values := map[Token]string{}
	for _, s := range NativeShapes() {
		for _, id := range []string{"A0B1C9", "7K3QX0", "7K3QX1", "7K3QX2", "7K3QX3", "7K3QX4", "7K3QX5", "7K3QX6", "7K3QX7", "7K3QX8"} {
			values[Token{Label: "ID", ID: id, Shape: s}] = "v"
		}
		if s != Email && s != URL {
			continue
		}
		for at := 0; at+idLen <= len(text); at++ {
			if id := strings.ToUpper(text[at : at+idLen]); validID(id) {
				values[Token{Label: "ID", ID: id, Shape: s}] = "v"
			}
		}
	}
	return live(values)
}

func FuzzNativeShieldAndCuts(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(nativeMix(rand.New(rand.NewPCG(seed, 11))), seed)
	}
	f.Add("999025492675 ", uint64(0)) // a separator in front of the last digit, which does not come
	all := Shapes(0)
	for _, s := range NativeShapes() {
		all = all.With(s)
	}
	shield := NewShield(testLabels).With(all)
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if len(text) > 1000 {
			t.Skip("the live set grows with the text")
		}
		l := everyNative(text)
		checkShield(t, shield, text, l)
		whole := restore(t, NewRestorer(l, nil), text)
		if got := restore(t, NewRestorer(l, nil), cutAt(text, rand.New(rand.NewPCG(seed, 12)))...); got != whole {
			t.Errorf("%q in pieces: %q, whole: %q", text, got, whole)
		}
	})
}

func TestNativeShieldAndCuts(t *testing.T) {
	all := Shapes(0)
	for _, s := range NativeShapes() {
		all = all.With(s)
	}
	shield := NewShield(testLabels).With(all)
	restored := 0
	for seed := range uint64(20_000) {
		rnd := rand.New(rand.NewPCG(seed, 13))
		text := nativeMix(rnd)
		l, _ := nativeLive()
		checkShield(t, shield, text, l)
		whole := restore(t, NewRestorer(l, nil), text)
		if got := restore(t, NewRestorer(l, nil), cutAt(text, rnd)...); got != whole {
			t.Fatalf("%q in pieces: %q, whole: %q", text, got, whole)
		}
		if whole != text {
			restored++
		}
	}
	if restored < 5_000 {
		t.Errorf("only %d of 20000 texts had a token", restored)
	}
}

func TestNativeTokensInURLsStay(t *testing.T) {
	m := NewMinter(testScope(t, "jane", "api.example.com"))
	tok, err := m.Mint("EMAIL", plain.New("jane@example.com"), Email)
	if err != nil {
		t.Fatal(err)
	}
	for _, attack := range attacks {
		in := strings.ReplaceAll(attack, "TOKEN", tok.String())
		if got := restore(t, NewRestorer(m.Live(), URLGuard()), in); strings.Contains(got, "jane@example.com") {
			t.Errorf("%q became %q", in, got)
		}
	}
}
