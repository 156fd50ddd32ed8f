"""Posts its argument to a plain JSON API and prints the answer."""

import json
import sys

import requests

response = requests.post("https://api.example.com/model", json={"input": sys.argv[1]})
response.raise_for_status()
print(json.dumps({"text": response.json()["output"]}))
