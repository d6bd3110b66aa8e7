// Package webhook checks that a webhook comes from your ATS. Go 1.18 or later, standard library only.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Tolerance is how far the sender's clock may differ from yours.
const Tolerance = 5 * time.Minute

// IsAuthentic takes the whole secret that you were shown, from "whsec_" on, the request's headers,
// and the body's bytes as they came, before any JSON decoder.
func IsAuthentic(secret string, header http.Header, rawBody []byte) (bool, error) {
	id := header.Get("webhook-id")
	timestamp := header.Get("webhook-timestamp")

	seconds, err := strconv.ParseUint(timestamp, 10, 40)
	if err != nil {
		return false, nil
	}
	age := time.Since(time.Unix(int64(seconds), 0))
	if age > Tolerance || age < -Tolerance {
		return false, nil
	}

	key, err := keyOf(secret)
	if err != nil {
		return false, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(rawBody)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, signature := range strings.Split(header.Get("webhook-signature"), " ") {
		// In a time that does not tell how much of a forged signature is right.
		if hmac.Equal([]byte(signature), expected) {
			return true, nil
		}
	}
	return false, nil
}

// An empty key would let anybody sign: a secret that was not set must not go unnoticed.
func keyOf(secret string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || !strings.HasPrefix(secret, "whsec_") || len(key) < 24 {
		return nil, errors.New(`the webhook secret must be the whole text, from "whsec_" on`)
	}
	return key, nil
}
