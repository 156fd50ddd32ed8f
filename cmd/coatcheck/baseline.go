package main

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/redact"
)

func rulesBaselineCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:  "baseline",
		Usage: "accept the findings that files have now: scan --baseline shows new ones alone",
		UsageText: "coatcheck rules baseline --baseline-key KEY [options] FILE|DIR… > BASELINE\n\nA finding is kept as file, type and a keyed hash of its value, never as text. The\n" +
			"key is made if there is none; whoever has both can guess short values, so keep it\nas you keep a password.",
		Flags: []cli.Flag{rulesFlag(), baselineKeyFlag()},
		Action: func(c *cli.Context) error {
			if !c.Args().Present() || c.String("baseline-key") == "" {
				return usage("want --baseline-key KEY and files or folders")
			}
			engine, err := newEngine(c.StringSlice("rules"))
			if err != nil {
				return err
			}
			b := baseline{}
			if b.key, err = openBaselineKey(c.String("baseline-key"), true); err != nil {
				return err
			}
			files, err := filesOf(c.Args().Slice(), std)
			if err != nil {
				return err
			}
			for _, name := range files {
				if err := withInput(name, std.in, func(r io.Reader) error { return b.add(c.Context, engine, name, r) }); err != nil {
					return err
				}
			}
			return b.write(std.out)
		},
	}
}

func baselineKeyFlag() cli.Flag {
	return &cli.StringFlag{Name: "baseline-key", Usage: "the `FILE` with the key of a baseline", EnvVars: []string{"COATCHECK_BASELINE_KEY"}}
}

// baseline is a list of findings that somebody has looked at and accepted.
type baseline struct {
	key      []byte
	accepted map[accepted]bool
}

// accepted is one of them: every place of one value in one file.
type accepted struct {
	File   string `json:"file"`
	Entity string `json:"entity"`
	Hash   string `json:"hash"` // the first 128 bits of HMAC-SHA256, in hex
}

// baselineFile is how a baseline is kept.
type baselineFile struct {
	Version  int        `json:"version"`
	Key      string     `json:"key"` // which key it needs: a hash by it of nothing
	Accepted []accepted `json:"accepted"`
}

const baselineVersion = 1

// sum hashes strings under the key, each with its length before it.
func (b *baseline) sum(parts ...string) string {
	mac := hmac.New(sha256.New, b.key)
	for _, p := range parts {
		mac.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(p))))
		io.WriteString(mac, p)
	}
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func (b *baseline) entry(name string, text []byte, f *redact.Finding) accepted {
	file := filepath.ToSlash(filepath.Clean(name))
	return accepted{file, f.Entity, b.sum(file, f.Entity, string(text[f.Start:f.End]))}
}

// has reports whether a finding was accepted; without a baseline none was.
func (b *baseline) has(name string, text []byte, f *redact.Finding) bool {
	return b != nil && b.accepted[b.entry(name, text, f)]
}

// add accepts all findings of one file.
func (b *baseline) add(ctx context.Context, engine *redact.Engine, name string, r io.Reader) error {
	text, found, err := scanWhole(ctx, engine, name, r)
	if err != nil {
		return err
	}
	if b.accepted == nil {
		b.accepted = map[accepted]bool{}
	}
	for i := range found {
		b.accepted[b.entry(name, text, &found[i])] = true
	}
	return nil
}

func (b *baseline) write(w io.Writer) error {
	doc := baselineFile{Version: baselineVersion, Key: b.sum(), Accepted: []accepted{}}
	for a := range b.accepted {
		doc.Accepted = append(doc.Accepted, a)
	}
	slices.SortFunc(doc.Accepted, func(a, b accepted) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Hash, b.Hash))
	})
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(doc)
}

// readBaseline opens a baseline with its key.
func readBaseline(name, keyName string) (*baseline, error) {
	if keyName == "" {
		return nil, usage("--baseline needs the key that made it: --baseline-key FILE")
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var doc baselineFile
	if json.Unmarshal(src, &doc) != nil || doc.Version != baselineVersion {
		return nil, usage("%s: not a baseline of version %d", name, baselineVersion)
	}
	b := &baseline{accepted: map[accepted]bool{}}
	if b.key, err = openBaselineKey(keyName, false); err != nil {
		return nil, err
	}
	if doc.Key != b.sum() {
		return nil, usage("%s was made with another key than %s", name, keyName)
	}
	for _, a := range doc.Accepted {
		b.accepted[a] = true
	}
	return b, nil
}

// openBaselineKey reads a key of 32 bytes in hex, or makes one.
func openBaselineKey(name string, create bool) ([]byte, error) {
	text, err := os.ReadFile(name)
	if create && errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, 32)
		rand.Read(key) // never fails: it ends the program instead
		return key, writeNew(name, hex.EncodeToString(key)+"\n")
	}
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, usage("%s: not a key of 32 bytes in hex", name)
	}
	return key, nil
}

// writeNew writes a file for its owner alone, which must not exist yet.
func writeNew(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}
