package proxy

import (
	"reflect"
	"testing"
)

// TestSnapshotsShareNothing: who reads a snapshot does not race with the line.
// It holds for every map that Counters has or will have.
func TestSnapshotsShareNothing(t *testing.T) {
	var c counters
	live := reflect.ValueOf(&c.c).Elem()
	maps := 0
	for i := range live.NumField() {
		if f := live.Field(i); f.Kind() == reflect.Map {
			f.Set(reflect.ValueOf(map[string]int{"before": 1}))
			maps++
		}
	}
	snapshot := reflect.ValueOf(c.snapshot())
	for i := range live.NumField() {
		if f := live.Field(i); f.Kind() == reflect.Map {
			f.SetMapIndex(reflect.ValueOf("after"), reflect.ValueOf(1))
			if got := snapshot.Field(i).Len(); got != 1 {
				t.Errorf("%s: the snapshot has %d entries, want the one of before", live.Type().Field(i).Name, got)
			}
		}
	}
	if maps < 6 {
		t.Errorf("%d maps: too few to mean anything", maps)
	}
}
