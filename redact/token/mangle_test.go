package token

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestNoMangledIDRestores changes live tokens the way a careless model or an
// attacker might and asks whether any value comes out. A value that comes out
// for another id is another person's.
func TestNoMangledIDRestores(t *testing.T) {
	m := NewMinter(testScope(t, "jane", "api.example.com"))
	labels := []string{"EMAIL", "PERSON", "PHONE", "ID"}
	tokens := make([]Token, 0, 200)
	for i := range cap(tokens) {
		tokens = append(tokens, mint(t, m, labels[i%len(labels)], fmt.Sprint("value ", i)))
	}
	l := m.Live()
	rnd := rand.New(rand.NewPCG(1, 9))
	tried, restored := 0, 0
	for tried < 120_000 {
		tok := tokens[rnd.IntN(len(tokens))]
		mangled := mangle(tok, rnd)
		if canonical(mangled) == tok.name() {
			continue // spelled in another way, not changed
		}
		tried++
		text := "see " + respell(mangled, rnd) + " there"
		r := NewRestorer(l, nil)
		r.Push(text)
		r.Close()
		if r.Counts().Restored > 0 {
			restored++
			t.Errorf("%s mangled as %q was restored", tok, text)
		}
	}
	t.Logf("%d destructive manglings, %d restored", tried, restored)
}

const written = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// mangle changes the name of a token in one or two places of its id, or its label.
func mangle(t Token, rnd *rand.Rand) string {
	id := []byte(t.ID)
	for range 1 + rnd.IntN(2) {
		at := rnd.IntN(len(id))
		switch rnd.IntN(7) {
		case 0, 1:
			id[at] = written[rnd.IntN(len(written))]
		case 2:
			id = append(id[:at], id[at+1:]...)
		case 3:
			id = append(id[:at], append([]byte{written[rnd.IntN(len(written))]}, id[at:]...)...)
		case 4:
			id[at], id[max(at, 1)-1] = id[max(at, 1)-1], id[at]
		case 5:
			rnd.Shuffle(len(id), func(i, j int) { id[i], id[j] = id[j], id[i] })
		case 6:
			label := []byte(t.Label)
			label[rnd.IntN(len(label))] = byte('A' + rnd.IntN(26))
			t.Label = string(label)
		}
	}
	return t.Label + "_" + string(id)
}

// canonical reads a name as Crockford's base32 says; a plural s behind six
// symbols is no part of it.
func canonical(name string) string {
	label, id, _ := strings.Cut(name, "_")
	if len(id) == idLen+1 {
		id = strings.TrimSuffix(id, "s")
	}
	read := []byte(id)
	for i, b := range read {
		read[i] = symbol(b)
	}
	return strings.ToUpper(label) + "_" + string(read)
}

// respell writes a name in one of the tolerated spellings.
func respell(name string, rnd *rand.Rand) string {
	switch rnd.IntN(8) {
	case 0:
		return name
	case 1:
		return "[" + strings.ToLower(name) + "]"
	case 2:
		return "(" + name + ")"
	case 3:
		return "[" + strings.Replace(name, "_", " ", 1) + "]"
	case 4:
		return `\[` + strings.Replace(name, "_", `\_`, 1) + `\]`
	case 5:
		return "[**" + strings.Replace(name, "_", "-", 1) + "**]"
	default:
		return "[" + name + "]"
	}
}
