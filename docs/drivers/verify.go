// Runs verify_webhook.go over deliveries from standard input: one a line, one verdict a line.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strings"

	"receiver/webhook"
)

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<20)
	for input.Scan() {
		fmt.Println(verdictOn(strings.Split(input.Text(), "\t")))
	}
}

func verdictOn(parts []string) string {
	header := http.Header{}
	for index, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		if value := parts[1+index]; value != "-" {
			header.Set(name, value)
		}
	}
	body, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil {
		panic(err)
	}
	authentic, err := webhook.IsAuthentic(parts[0], header, body)
	if err != nil {
		return "error"
	}
	if authentic {
		return "accepted"
	}
	return "refused"
}
