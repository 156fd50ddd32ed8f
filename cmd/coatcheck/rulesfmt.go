package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/disk"
	"coatcheck/rules"
)

func rulesFmtCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "fmt",
		Usage:     "put rule files in order: keys, indentation, empty lines; comments and values stay",
		UsageText: "coatcheck rules fmt [-d] FILE…",
		Description: "Files are replaced in one step, so that a proxy that watches them never reads half of one. With - it formats standard input.\n\n" +
			"  coatcheck rules fmt -d rules/*.yaml     # exits 3 if one is not in order",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "d", Usage: "change nothing: print what would change, and exit 3 if anything would"},
		},
		Action: func(c *cli.Context) error {
			if !c.Args().Present() {
				return usage("name the files to format, or - for standard input")
			}
			changed := false
			for _, name := range c.Args().Slice() {
				did, err := formatFile(std, name, c.Bool("d"))
				if err != nil {
					return err
				}
				changed = changed || did
			}
			if changed && c.Bool("d") {
				return exitCode(exitFound)
			}
			return nil
		},
	}
}

// formatFile formats one file in place, or prints what would change.
func formatFile(std stdio, name string, dry bool) (changed bool, err error) {
	if name == "-" {
		src, err := readMost(name, std.in, disk.MaxSize)
		if err != nil {
			return false, err
		}
		out, err := rules.Format(name, src)
		if err != nil {
			return false, &usageError{err: err}
		}
		_, err = std.out.Write(out)
		return false, err
	}
	src, err := disk.ReadShared(name, disk.MaxSize)
	if err != nil {
		return false, err
	}
	out, err := rules.Format(name, src)
	if err != nil {
		return false, &usageError{err: err}
	}
	if bytes.Equal(src, out) {
		return false, nil
	}
	if dry {
		return true, printChanges(std.out, name, string(src), string(out))
	}
	return true, replaceFile(name, out)
}

// replaceFile gives a file new contents in one step, so that a proxy that
// watches it never reads half of them.
func replaceFile(name string, contents []byte) error {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return disk.Replace(name, contents, info.Mode().Perm())
}

// printChanges prints the lines that go and come, by place.
func printChanges(w io.Writer, name, before, after string) error {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	i, k := 0, 0
	for _, same := range append(commonLines(a, b), [2]int{len(a), len(b)}) {
		for ; i < same[0]; i++ {
			if _, err := fmt.Fprintf(w, "%s:%d: -%s\n", name, i+1, strings.TrimSuffix(a[i], "\n")); err != nil {
				return err
			}
		}
		for ; k < same[1]; k++ {
			if _, err := fmt.Fprintf(w, "%s:%d: +%s\n", name, k+1, strings.TrimSuffix(b[k], "\n")); err != nil {
				return err
			}
		}
		i, k = same[0]+1, same[1]+1
	}
	return nil
}

// maxCells bounds the table of commonLines: beyond it, all lines between those
// that both begin and end with are said to change.
const maxCells = 4 << 20

// commonLines returns the pairs of equal lines of a longest common subsequence.
func commonLines(a, b []string) (pairs [][2]int) {
	from, end := 0, 0
	for ; from < min(len(a), len(b)) && a[from] == b[from]; from++ {
		pairs = append(pairs, [2]int{from, from})
	}
	for ; end < min(len(a), len(b))-from && a[len(a)-1-end] == b[len(b)-1-end]; end++ {
	}
	for _, p := range longest(a[from:len(a)-end], b[from:len(b)-end]) {
		pairs = append(pairs, [2]int{from + p[0], from + p[1]})
	}
	for ; end > 0; end-- {
		pairs = append(pairs, [2]int{len(a) - end, len(b) - end})
	}
	return pairs
}

func longest(a, b []string) (pairs [][2]int) {
	if (len(a)+1)*(len(b)+1) > maxCells {
		return nil
	}
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for k := len(b) - 1; k >= 0; k-- {
			if a[i] == b[k] {
				length[i][k] = length[i+1][k+1] + 1
			} else {
				length[i][k] = max(length[i+1][k], length[i][k+1])
			}
		}
	}
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] == b[k]:
			pairs = append(pairs, [2]int{i, k})
			i, k = i+1, k+1
		case length[i+1][k] >= length[i][k+1]:
			i++
		default:
			k++
		}
	}
	return pairs
}

func rulesSchemaCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "schema",
		Usage:     "print the rule format as JSON Schema, for editors",
		UsageText: "coatcheck rules schema",
		Description: "An editor that knows it completes keys and marks faults as they are typed.\n\n" +
			"  coatcheck rules schema > rules.schema.json",
		Action: func(*cli.Context) error {
			_, err := std.out.Write(rules.JSONSchema())
			return err
		},
	}
}
