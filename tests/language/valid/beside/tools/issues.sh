#!/bin/sh
echo '{ "title": "Late", "open": true }'
