package streams

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

// chatEvents are n events of a streamed answer of about 200 bytes each.
func chatEvents(n int) [][]byte {
	events := make([][]byte, n)
	for i := range events {
		events[i] = fmt.Appendf(nil, `data: {"id":"chatcmpl-BG7OTM3ub2HDuZ1PCj137Me5","object":"chat.completion.chunk","created":1743181369,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":" word %d"},"finish_reason":null}]}`+"\n\n", i)
	}
	return events
}

func BenchmarkStreamEvent(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		events := chatEvents(n)
		for name, o := range map[string]Options{
			"chat":    {Route: chatCompletions, MediaType: "text/event-stream", NewLane: lanes("<A1>", "x"), Out: io.Discard},
			"generic": {MediaType: "text/event-stream", NewLane: lanes("<A1>", "x"), Out: io.Discard},
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(events[0])))
				for i := 0; i < b.N; {
					s := New(o)
					for _, ev := range events[:min(n, b.N-i)] {
						_, _ = s.Write(ev)
						i++
					}
					_ = s.Close()
				}
			})
		}
	}
}

func BenchmarkWholeAnswer(b *testing.B) {
	doc := []byte(`{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"` + string(bytes.Repeat([]byte("some words "), 400)) + `"},"finish_reason":"stop"}]}`)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		s := New(Options{Route: chatCompletions, MediaType: "application/json", NewLane: lanes(), Out: io.Discard})
		_, _ = s.Write(doc)
		_ = s.Close()
	}
}
