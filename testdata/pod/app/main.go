// Command app is an app that knows nothing of any proxy. It calls two APIs at
// their public addresses, or where its environment says, as apps do.
//
//	app               waits to be stopped: the main process of a container
//	app ask TEXT      calls a plain JSON API and prints its output
//	app chat TEXT     streams a chat and prints its text
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "app:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 0:
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
		<-stop
		return nil
	case len(args) == 2 && args[0] == "ask":
		return ask(args[1])
	case len(args) == 2 && args[0] == "chat":
		return chat(args[1])
	}
	return fmt.Errorf("usage: app [ask TEXT | chat TEXT]")
}

func ask(text string) error {
	body, err := post("https://api.example.com/model", map[string]any{"input": text})
	if err != nil {
		return err
	}
	defer body.Close()
	var answer struct{ Output string }
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return err
	}
	fmt.Println(answer.Output)
	return nil
}

func chat(text string) error {
	base := cmp.Or(os.Getenv("OPENAI_BASE_URL"), "https://api.openai.com/v1")
	body, err := post(base+"/chat/completions", map[string]any{
		"model": "gpt-4o", "stream": true,
		"messages": []any{map[string]string{"role": "user", "content": text}},
	})
	if err != nil {
		return err
	}
	defer body.Close()
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var event struct {
			Choices []struct{ Delta struct{ Content string } }
		}
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			return err
		}
		for _, c := range event.Choices {
			fmt.Print(c.Delta.Content)
		}
	}
	fmt.Println()
	return lines.Err()
}

func post(url string, v any) (io.ReadCloser, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: 30 * time.Second}
	resp, err := client.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10)) // the status says enough
		return nil, fmt.Errorf("%s: %s", resp.Status, text)
	}
	return resp.Body, nil
}
