package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

//go:embed recipes/completion.*
var completions embed.FS

func completionCommand(std stdio) *cli.Command {
	shell := func(name, use string) *cli.Command {
		return &cli.Command{
			Name:      name,
			Usage:     "print what " + name + " needs to complete coatcheck's words",
			UsageText: use,
			Before:    noArguments,
			Action: func(*cli.Context) error {
				script, err := completions.ReadFile("recipes/completion." + name)
				if err != nil {
					return err
				}
				_, err = std.out.Write(script)
				return err
			},
		}
	}
	return &cli.Command{
		Name:  "completion",
		Usage: "print a script that lets a shell complete commands and flags",
		Subcommands: []*cli.Command{
			shell("bash", "source <(coatcheck completion bash)            # in ~/.bashrc"),
			shell("zsh", "source <(coatcheck completion zsh)             # in ~/.zshrc, behind compinit"),
			shell("fish", "coatcheck completion fish | source             # in config.fish"),
			{
				Name:            "words",
				Usage:           "print what the last of some words may be: the scripts ask this",
				UsageText:       "coatcheck completion words WORD… PREFIX",
				Hidden:          true,
				SkipFlagParsing: true,
				Action: func(c *cli.Context) error {
					for _, word := range complete(c.App, c.Args().Slice()) {
						if _, err := fmt.Fprintln(std.out, word); err != nil {
							return err
						}
					}
					return nil
				},
			},
		},
	}
}

// complete lists what the last word may become; nothing where it may be
// anything, so that a shell offers files.
func complete(app *cli.App, words []string) (list []string) {
	if len(words) == 0 {
		return nil
	}
	prefix, before := words[len(words)-1], words[:len(words)-1]
	cmd, rest := found(app.Commands, before)
	switch {
	case cmd == nil && len(rest) == 0:
		list = names(app.Commands)
	case cmd == nil, slices.Contains(rest, "--"):
	case cmd.Name == "help":
		_, list = helped(app, rest)
	case len(cmd.Subcommands) > 0:
		if len(rest) == 0 {
			list = names(cmd.Subcommands)
		}
	default:
		list = flagWords(cmd, rest, prefix)
	}
	return slices.DeleteFunc(list, func(w string) bool { return !strings.HasPrefix(w, prefix) })
}

// flagWords lists the values of the flag that stands before, or the flags.
func flagWords(cmd *cli.Command, before []string, prefix string) (list []string) {
	if len(before) > 0 {
		if f := valued(cmd, before[len(before)-1]); f != nil && strings.HasPrefix(before[len(before)-1], "-") {
			if c, ok := f.(choice); ok {
				list = slices.Clone(c.of)
			}
			return list
		}
	}
	if strings.HasPrefix(prefix, "-") {
		for _, name := range append(flagNames(cmd.Flags), "help") {
			list = append(list, dashed(name))
		}
	}
	return list
}

// helped lists the commands below those that help was asked for.
func helped(app *cli.App, words []string) (cmd *cli.Command, list []string) {
	cmd, rest := found(app.Commands, words)
	switch {
	case len(rest) > 0:
		return nil, nil
	case cmd == nil:
		return nil, names(app.Commands)
	}
	return cmd, names(cmd.Subcommands)
}

func names(list []*cli.Command) (out []string) {
	for _, c := range list {
		if !c.Hidden {
			out = append(out, c.Name)
		}
	}
	return out
}

// dashed writes a flag's name as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
