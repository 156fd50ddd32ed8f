package journal

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"coatcheck/crypto/keys"
)

// typical is an opening whose record has about 2 KB.
func typical(id string) Open {
	return Open{
		Clear: OpenClear{Exchange: id, Mode: "connect", Provider: "openai", Route: "chat", Model: "gpt-4.1", Received: 1300, Sent: 1290, Entities: map[string]int{"EMAIL": 1}},
		Secret: OpenSecret{
			Principal: "uid-1000", Host: "api.example.com", Method: "POST", Path: "/v1/chat/completions",
			Sent: Cut([]byte(strings.Repeat("text of a prompt ", 65))),
		},
	}
}

// BenchmarkBegin measures a durable opening against the number of callers.
func BenchmarkBegin(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(callers, "-callers"), func(b *testing.B) {
			w := benchWriter(b, SyncGroup)
			var n atomic.Int64
			b.SetParallelism((callers + 1) / 2) // times GOMAXPROCS, which is 2 in our figures
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if err := w.Begin(b.Context(), typical(fmt.Sprint(n.Add(1)))); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// BenchmarkRecord measures a record without waiting for the medium.
func BenchmarkRecord(b *testing.B) {
	w := benchWriter(b, SyncNone)
	for b.Loop() {
		if err := w.Begin(b.Context(), typical("one")); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSeal measures framing, encryption and chain alone.
func BenchmarkSeal(b *testing.B) {
	for _, size := range []int{256, 2 << 10, 64 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			c, err := newChain([]byte("header"), make([]byte, seedSize))
			if err != nil {
				b.Fatal(err)
			}
			clearPart, secret := []byte(`{"event":"open"}`), make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := c.seal(kindData, clearPart, secret); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchWriter(b *testing.B, s Sync) *Writer {
	b.Helper()
	a, err := keys.NewAuditor()
	if err != nil {
		b.Fatal(err)
	}
	w, err := Create(filepath.Join(b.TempDir(), "log"), Options{Auditors: []*keys.AuditorPublic{a.Public()}, Sync: s})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := w.Close(); err != nil {
			b.Error(err)
		}
	})
	return w
}
