package disk

import "testing"

func TestMountedAt(t *testing.T) {
	const table = `77 50 0:40 / / rw,relatime - overlay overlay rw
78 77 0:43 / /proc rw,nosuid - proc proc rw
84 77 254:0 /volumes/a /state rw,relatime - ext4 /dev/vda rw
85 77 254:0 /volumes/b /with\040space rw,relatime - ext4 /dev/vda rw
`
	for dir, want := range map[string]bool{
		"/state": true, "/state/below": true, "/with space": true,
		"/": false, "/shared": false, "/stateful": false, "/with": false,
	} {
		if got, err := mountedAt([]byte(table), dir); err != nil || got != want {
			t.Errorf("%s: %v, %v", dir, got, err)
		}
	}
	if _, err := mountedAt([]byte("77 50\n"), "/state"); err == nil {
		t.Error("a table that cannot be read was believed")
	}
}
