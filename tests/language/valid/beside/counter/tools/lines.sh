#!/bin/sh
cat ./* | wc -l
