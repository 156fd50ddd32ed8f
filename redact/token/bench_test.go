package token

import (
	"strings"
	"testing"
)

const prose = "Thank you for the message, I have looked into it. The order was sent on Monday and should be there soon; " +
	"please see the list below (and `main.go`) for what is in the box:\n\n- one lamp [1]\n- two shelves, 40 cm\n\n"

func BenchmarkPush(b *testing.B) {
	l := live(values)
	for _, bb := range []struct{ name, text string }{
		{"plain", prose},
		{"tokens", "Dear [PERSON_1A2B3C], we wrote to [EMAIL_7K3QXM] about it. " + prose},
	} {
		pieces := cut(bb.text, 20)
		b.Run(bb.name+"/piece of 20 bytes", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(20)
			r := NewRestorer(l, URLGuard())
			i := 0
			for b.Loop() {
				r.Push(pieces[i%len(pieces)])
				for _, _, _, ok := r.Next(); ok; _, _, _, ok = r.Next() {
				}
				i++
			}
		})
		b.Run(bb.name+"/4 KB", func(b *testing.B) {
			text := strings.Repeat(bb.text, 4096/len(bb.text)+1)
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r := NewRestorer(l, URLGuard())
				r.Push(text)
				r.Close()
			}
		})
	}
	b.Run("nothing live", func(b *testing.B) {
		text := strings.Repeat(prose, 20)
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			r := NewRestorer(nil, URLGuard())
			r.Push(text)
		}
	})
}

func BenchmarkShield(b *testing.B) {
	s := NewShield(testLabels)
	text := strings.Repeat(prose, 100)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if s.Find(text) != nil {
			b.Fatal("found a token in plain text")
		}
	}
}
