#!/bin/sh
echo '{ "id": 1 }'
