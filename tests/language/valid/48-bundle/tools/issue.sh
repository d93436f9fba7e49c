#!/bin/sh
echo "\"Issue of $AIW_OPERATION\""
