package main

import (
	"bytes"
	"testing"
	"time"

	"coatcheck/crypto/journal"
)

func TestShownGaps(t *testing.T) {
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	counts := journal.Losses{Openings: 3, Closings: 2, Notes: 1}
	head := "2026-01-31T12:00:00Z  -                           log interrupted: "
	for _, c := range []struct {
		gap        journal.Gap
		text, json string
	}{
		{
			journal.Gap{File: "a.alog", Last: 7, Reason: "full", Unsure: 1, Losses: counts, TornBytes: 20},
			"no room; refused 3, endings lost 2, events lost 1; torn: the last 20 bytes of a.alog",
			`"file":"a.alog","n":7,"reason":"full","unsure":1,"openings":3,"closings":2,"notes":1,"torn_bytes":20`,
		},
		{
			journal.Gap{File: "a.alog", Reason: "gone", Missing: true},
			"its file was removed; refused 0, endings lost 0, events lost 0; missing: a.alog",
			`"file":"a.alog","n":0,"reason":"gone","unsure":0,"openings":0,"closings":0,"notes":0,"missing":true`,
		},
		{
			journal.Gap{File: "a.alog", Reason: "a word of a later version"},
			"unknown reason; refused 0, endings lost 0, events lost 0",
			`"file":"a.alog","n":0,"reason":"a word of a later version","unsure":0,"openings":0,"closings":0,"notes":0`,
		},
	} {
		var text, line bytes.Buffer
		e := journal.Entry{Time: at, Gap: &c.gap}
		if err := showText(&text, e); err != nil || text.String() != head+c.text+"\n" {
			t.Errorf("%v\n%swant\n%s", err, text.String(), head+c.text)
		}
		want := `{"time":"2026-01-31T12:00:00Z","kind":"gap","gap":{` + c.json + "}}\n"
		if err := showJSON(&line, e); err != nil || line.String() != want {
			t.Errorf("%v\n%swant\n%s", err, line.String(), want)
		}
	}
}

func TestRefusedOpeningIsShownAsRefused(t *testing.T) {
	var text bytes.Buffer
	x := &journal.Exchange{ID: "01A", Open: &journal.Open{}, Unsure: true}
	if err := showText(&text, journal.Entry{Exchange: x}); err != nil || !bytes.Contains(text.Bytes(), []byte("refused: the log failed\n")) {
		t.Errorf("%v, %s", err, text.String())
	}
}
